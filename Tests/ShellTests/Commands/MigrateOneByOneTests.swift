import CannedServers
import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering
import Testing

@testable import Shell

/// What is told of several tables, one of which fails.
@Suite struct MigrateOneByOneTests {
    private static let migrations = ["metrics", "events", "logs"].enumerated().map { index, name in
        Migration(
            cluster: "c1", sourceID: index + 1, source: TableName(schema: "public", name: name),
            target: TableName(schema: "public", name: name + "__new"), state: .copying)
    }

    /// Undoes all, where the table of this name fails.
    private func undo(failing name: String, with error: any Error) async throws -> Outcome {
        let interpreter = try ShellTrial().session.interpreter
        let invocation = try #require(try invocations("migrate undo all").first)
        let context = await interpreter.context(Settings(), running: invocation)
        let arguments = try Arguments(invocation, variables: Variables())
        return try await context.oneByOne(Self.migrations, of: arguments) { migration in
            if migration.source.name == name { throw error }
            return Outcome(
                table: Table(columns: ["hypertable"], rows: [[.text(migration.source.name)]]),
                text: ["\(migration.source.name) is done"], changed: true)
        }
    }

    @Test func behindOneThatIsDoneItIsPartial() async throws {
        let outcome = try await undo(
            failing: "events", with: Failure("the lock was not to be had", status: .noConnection))
        #expect(outcome.status == .partial && outcome.changed && outcome.text == ["metrics is done"])
        #expect(outcome.table?.count == 1)
        #expect(outcome.failures.map(\.message) == ["events: the lock was not to be had"])
        #expect(outcome.rest == "migrate undo events logs")
        let told = Failure(outcome, of: "migrate undo")
        #expect(told.message == "events: the lock was not to be had" && told.rest == outcome.rest)
    }

    /// A name that begins with it is not its own.
    @Test func theTableIsNamedWhereAnotherOfAlikeNameIs() async throws {
        let about = try await undo(failing: "events", with: Failure("old_events2 is in use"))
        #expect(about.failures.map(\.message) == ["events: old_events2 is in use"])
        let own = try await undo(failing: "events", with: Failure("\"events\" is in use"))
        #expect(own.failures.map(\.message) == ["\"events\" is in use"])
    }

    @Test func theFirstThatFailsFailsAlone() async throws {
        let failure = await #expect(throws: Failure.self) {
            try await undo(failing: "metrics", with: Failure("the lock was not to be had"))
        }
        #expect(failure?.status == .failed && failure?.rest == "migrate undo metrics events logs")
    }

    @Test func anInterruptIsOne() async throws {
        let outcome = try await undo(failing: "events", with: Failure.interrupted)
        #expect(outcome.status == .interrupted && outcome.failures.isEmpty)
        #expect(outcome.rest == "migrate undo events logs")
    }
}
