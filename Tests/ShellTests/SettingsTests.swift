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

    private func settings(after text: String) async throws -> Settings {
        let interpreter = Session(ConnectionTarget(ConnectionParameters()), output: Output()).interpreter
        for invocation in try invocations(text) { #expect(await interpreter.run(invocation) == .done) }
        return await interpreter.settings
    }

    @Test func commandsChangeThem() async throws {
        let settings = try await settings(after: "format json\nshow-sql on")
        #expect(settings.format == .json)
        #expect(settings.showSQL)
    }

    @Test func optionsChangeThemForOneCommand() async throws {
        let settings = try await settings(after: "set x 1 --format json --show-sql --yes --dry-run --timeout 5s")
        #expect(settings.format == .table)
        #expect(!settings.showSQL && !settings.assumeYes && !settings.dryRun)
        #expect(settings.timeout == nil)
    }

    @Test func whatACommandChangesOutlivesItsOptions() async throws {
        let settings = try await settings(after: "format csv --format json")
        #expect(settings.format == .csv)
    }

    @Test func zeroIsNoLimit() {
        var settings = Settings()
        #expect(!settings.waitsForever)
        settings.limit(to: .zero)
        #expect(settings.timeout == nil && settings.waitsForever)
        settings.limit(to: .seconds(5))
        #expect(settings.timeout == .seconds(5) && !settings.waitsForever)
    }
}
