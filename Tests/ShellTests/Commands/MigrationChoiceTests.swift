import CannedServers
import MultiNode
import Shell
import Testing

/// Which hypertables `migrate plan` and `migrate start` take, and where to.
@Suite struct MigrationChoiceTests {
    private let canned = CannedCluster()

    init() {
        canned.has(chunks: [])
        canned[CannedCluster.accessNode].answer(
            MigrationStore.state, .rows([["has_target": "f", "has_tables": "f"]]))
        canned[CannedCluster.accessNode].answer(MigrationClaim.takeBeginning, .value("t"))
        canned[CannedCluster.accessNode].answer(MigrationClaim.releaseBeginning, .value("t"))
        canned[CannedCluster.accessNode].answer(MigrationClaim.takeCluster, .value("t"))
        canned[CannedCluster.accessNode].answer(MigrationClaim.releaseCluster, .value("t"))
    }

    /// Both would make the same tables.
    @Test func noneBeginsWhileAnotherOneBegins() async throws {
        canned[CannedCluster.accessNode].answer(MigrationClaim.takeCluster, .value("f"))
        let answer = try await run("migrate start metrics")
        #expect(answer.status == .failed && answer.messages.contains("another tscl begins migrations"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("CREATE") })
    }

    /// What migrations are recorded in could be dropped under it.
    @Test func noneBeginsWhileAnotherSessionDropsTheRecord() async throws {
        canned[CannedCluster.accessNode].answer(MigrationClaim.takeBeginning, .value("f"))
        let answer = try await run("migrate start metrics")
        #expect(answer.status == .failed && answer.messages.contains("has ended the last migration"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("CREATE") })
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    /// The access node keeps what `--to` says.
    @Test(arguments: ["plan", "start"], ["host=h password=hunter2", "postgresql://u:hunter2@h/d"])
    func aPasswordIsNoPartOfTheTarget(verb: String, conninfo: String) async throws {
        let answer = try await run("migrate \(verb) --to '\(conninfo)'")
        #expect(answer.status == .failed && answer.messages.contains("help: leave it out: .pgpass"), "\(answer)")
        #expect(!answer.description.contains("hunter2"))
    }

    @Test(arguments: ["''", "' '"]) func aTargetThatNamesNothingIsRefused(conninfo: String) async throws {
        let answer = try await run("migrate start --to \(conninfo)")
        #expect(answer.status == .failed && answer.messages.contains("--to names no database"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("CREATE") })
    }

    @Test func anUnknownHypertableIsNamed() async throws {
        let answer = try await run("migrate start metrisc")
        #expect(answer.status == .failed && answer.messages.contains("did you mean metrics?"), "\(answer)")
    }

    @Test func onlyWhatIsFoundIsAccepted() async throws {
        let answer = try await run("migrate start --accept in-doubt")
        #expect(answer.messages.contains("--accept") && canned.toAccessNode.isEmpty, "\(answer)")
    }

    @Test func theEmulatorHasNothingToMigrate() async throws {
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["functions"] = ArrayText.text(["_timescaledb_functions.tscl_emulator()", "public.add_data_node(node_name)"])
        canned[CannedCluster.accessNode].answer(Capabilities.query, .rows([row]))
        let answer = try await run("migrate plan")
        #expect(
            answer.status == .failed && answer.messages.contains("the emulator has no chunks to migrate"), "\(answer)")
    }
}
