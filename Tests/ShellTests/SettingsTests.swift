import CommandLanguage
import Postgres
import Rendering
import Shell
import Testing

/// How the settings begin, and what one command's options leave of them.
@Suite struct SettingsTests {
    @Test func nothingIsAssumed() {
        let settings = Settings()
        #expect(settings.format == .table)
        #expect(!settings.assumeYes && !settings.dryRun && !settings.canAsk && !settings.keepGoing)
        #expect(settings.timeout == nil)
    }

    private func session(after text: String) async throws -> Session {
        let session = Session(target: ConnectionTarget(ConnectionParameters()), output: Output())
        for invocation in try invocations(text) { #expect(await session.run(invocation) == .done) }
        return session
    }

    @Test func commandsChangeThem() async throws {
        let settings = try await session(after: "format json\nshow-sql on").settings
        #expect(settings.format == .json)
        #expect(settings.showSQL)
    }

    @Test func optionsChangeThemForOneCommand() async throws {
        let settings = try await session(after: "set x 1 --format json --show-sql --yes --dry-run --timeout 5s")
            .settings
        #expect(settings.format == .table)
        #expect(!settings.showSQL && !settings.assumeYes && !settings.dryRun)
        #expect(settings.timeout == nil)
    }

    @Test func whatACommandChangesOutlivesItsOptions() async throws {
        let settings = try await session(after: "format csv --format json").settings
        #expect(settings.format == .csv)
    }
}
