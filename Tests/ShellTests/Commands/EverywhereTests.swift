import CannedServers
import MultiNode
import Shell
import Testing

/// `everywhere`: one statement on all servers, in one transaction.
@Suite struct EverywhereTests {
    private let canned = CannedCluster()
    private static let statement: SQL = "CREATE SCHEMA app"
    private static let call = DistributedExec.run(statement, CannedCluster.capabilities).statements[0].text

    init() { canned["an1"].otherwise = .done("DONE") }

    @Test func itIsOneTransaction() async throws {
        let answer = try await canned.run("everywhere CREATE SCHEMA app")
        #expect(answer.status == .done, "\(answer)")
        let sent = canned.toAccessNode.filter { !$0.hasPrefix("SELECT") && $0 != "CALL public.distributed_exec($1)" }
        #expect(sent.contains("BEGIN") && sent.contains("CREATE SCHEMA app") && sent.last == "COMMIT", "\(sent)")
        let own = try await canned.run("transaction { everywhere CREATE SCHEMA app }")
        #expect(own.status == .done, "\(own)")
    }

    @Test func itIsPreviewed() async throws {
        let answer = try await canned.run("everywhere --dry-run CREATE SCHEMA app")
        #expect(answer.data.hasPrefix("-- access node, one transaction\nBEGIN;\nCREATE SCHEMA app;\n"), "\(answer)")
        #expect(answer.data.contains("distributed_exec") && answer.data.hasSuffix("COMMIT;\n"), "\(answer)")
    }

    /// TimescaleDB 2.13.1 leaves these on the access node.
    @Test(arguments: [
        "COMMENT ON TABLE metrics IS 'a'", "comment on column metrics.time is 'a'",
        "CREATE STATISTICS s ON a, b FROM metrics", "ALTER STATISTICS s SET STATISTICS 10", "DROP STATISTICS metrics",
    ])
    func whatStaysOnTheAccessNodeIsTakenToTheOthers(_ statement: String) async throws {
        let answer = try await canned.run("everywhere \(statement)")
        #expect(answer.status == .done, "\(answer)")
        #expect(canned.toAccessNode.contains(statement))
    }

    @Test(arguments: [
        ("CREATE INDEX ON metrics (time)", "TimescaleDB sends what concerns metrics"),
        ("ALTER TABLE \"metrics\" ADD c int", "TimescaleDB sends what concerns metrics"),
        ("GRANT SELECT ON public.metrics TO app", "TimescaleDB sends what concerns metrics"),
        ("ALTER TABLE metrics ALTER c SET STATISTICS 9", "TimescaleDB sends what concerns metrics"),
        ("INSERT INTO t VALUES (1)", "INSERT goes to the data nodes by itself"), ("SELECT 1", "SELECT goes"),
        ("DO $$ BEGIN INSERT INTO metrics VALUES (1); END $$", "what DO does can't be seen"),
        ("CALL fill()", "what CALL does can't be seen"), ("EXECUTE filling", "what EXECUTE does can't be seen"),
        ("CREATE ROLE x", "roles belong to a server"), ("COMMIT", "COMMIT can't be sent to the nodes"),
        ("VACUUM", "VACUUM can't run inside a transaction"),
    ])
    func whatIsForwardedOrCantBeIsRefused(_ statement: String, _ message: String) async throws {
        let answer = try await canned.run("everywhere \(statement)")
        #expect(answer.status != .done && answer.messages.contains(message), "\(answer)")
        #expect(!canned.toAccessNode.contains(statement))
    }
}
