import CannedServers
import Conditions
import Foundation
import Glibc
import MultiNode
import Shell
import Testing

/// What `--log` has of the statements that commands send.
@Suite struct LogEntryTests {
    private let canned = CannedCluster()
    private let file: TemporaryFile

    init() throws {
        file = try TemporaryFile()
        canned["an1"].otherwise = .done("DONE")
    }

    @discardableResult
    private func run(
        _ script: String, _ configure: (inout Settings) -> Void = { _ in }
    ) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned, log: AuditLog(file.path), configure).run(script)
    }

    /// All entries.
    private func lines() throws -> [[String: Any]] {
        try file.text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    /// What came of the statements, without those that only read what the servers are.
    private func entries() throws -> [[String: Any]] {
        let reading = [Capabilities.query.text, DataNode.list.text]
        return try lines().filter { entry in
            !reading.contains(entry["sql"] as? String ?? "") && entry["event"] as? String != "send"
        }
    }

    /// `command | node | sql | ok` of each.
    private func summaries() throws -> [String] {
        try entries().dropFirst().map { entry in
            let parts = ["command", "node", "sql"].map { entry[$0] as? String ?? "-" }
            return (parts + [entry["ok"] as? Bool == true ? "ok" : "failed"]).joined(separator: " | ")
        }
    }

    @Test func eachStatementIsInItWithItsCommand() async throws {
        canned["dn1"].answer("SELECT 1", .value("1"))
        try await run("sql ONE\nquery --on dn1 SELECT 1")
        #expect(
            try summaries() == [
                "sql ONE | - | ONE | ok", "query --on dn1 SELECT 1 | dn1 | \(NodeState.anyQuery.shown) | ok",
                "query --on dn1 SELECT 1 | dn1 | BEGIN READ ONLY | ok",
                "query --on dn1 SELECT 1 | dn1 | SELECT 1 | ok",
                "query --on dn1 SELECT 1 | dn1 | ROLLBACK | ok",
            ])
        #expect(try entries().allSatisfy { $0["v"] as? Int == 1 })
        let first = try #require(try entries().first)
        #expect(first["event"] as? String == "start" && first["tscl"] is String && first["pid"] is Int)
    }

    @Test func whatIsSentTogetherIsInItOneByOne() async throws {
        canned["an1"].answer("TWO", .refused("no"))
        try await run("transaction {\n sql ONE\n sql TWO\n sql THREE\n}")
        #expect(
            try summaries() == [
                "transaction | - | BEGIN | ok", "sql ONE | - | ONE | ok", "sql TWO | - | TWO | failed",
                "sql THREE | - | THREE | failed", "transaction | - | ROLLBACK | ok",
            ])
    }

    /// Whatever becomes of tscl meanwhile: what takes effect is in the log.
    @Test(arguments: ["sql ONE", "transaction {\n sql ONE\n sql TWO\n}", "query SELECT 1"])
    func eachIsInItBeforeItIsSent(_ script: String) async throws {
        for node in canned.nodes { canned[Place(stringLiteral: node)].answer("SELECT 1", .value("1")) }
        let gate = Gate()
        canned["an1"].answer("ONE", .held(gate, .done("ONE")))
        canned["dn2"].answer("SELECT 1", .held(gate, .value("1")))
        let running = Task { try await run(script) }
        let (held, node): (String, String?) = script.hasPrefix("query") ? ("SELECT 1", "dn2") : ("ONE", nil)
        #expect(
            await eventually { (canned.toAccessNode + canned.servers.statements(to: "dn2")).contains(held) })
        let line = try #require(try lines().last { $0["sql"] as? String == held && $0["node"] as? String == node })
        #expect(line["event"] as? String == "send" && line["ok"] == nil && line["v"] as? Int == 1)
        #expect((line["command"] as? String)?.hasSuffix(held) == true && line["time"] is String)
        gate.open()
        _ = try await running.value
        // Each of them has its end.
        func statements(_ lines: [[String: Any]]) -> [String] {
            lines.map { "\($0["command"] ?? "") \($0["node"] ?? "") \($0["sql"] ?? "")" }.sorted()
        }
        let sent = try lines().dropFirst().filter { $0["event"] != nil }
        #expect(statements(sent) == statements(try lines().filter { $0["event"] == nil }))
    }

    @Test func whatFailedIsInItWithItsError() async throws {
        canned["an1"].answer("ONE", .refused("no", sqlstate: "42501"))
        try await run("sql ONE")
        let entry = try #require(try entries().last)
        #expect(entry["ok"] as? Bool == false)
        #expect(entry["sqlstate"] as? String == "42501" && entry["message"] as? String == "no")
        #expect(entry["ms"] is Double && entry["time"] is String)
    }

    @Test func theStatementsOfATransactionAreInItsOrder() async throws {
        try await run("transaction { sql ONE; sql TWO }")
        #expect(
            try summaries() == [
                "transaction | - | BEGIN | ok", "sql ONE | - | ONE | ok", "sql TWO | - | TWO | ok",
                "transaction | - | \(TransactionOutcome.number.shown) | ok", "transaction | - | COMMIT | ok",
            ])
    }

    @Test func aDryRunSendsNothingThatChanges() async throws {
        try await run("sql ONE\nnode disable dn1") { $0.dryRun = true }
        #expect(try summaries().isEmpty)
    }

    @Test func secretsAreInNoEntry() async throws {
        let password = try TemporaryFile("hunter2\n")
        try await run(
            """
            set --secret token hunter3
            sql CREATE ROLE spoken PASSWORD 'hunter4'
            sql SELECT :'token'
            role create app2 --everywhere --password-file \(password.path)
            exec ALTER ROLE app2 PASSWORD 'hunter5'
            """)
        let text = file.text
        #expect(text.contains("CREATE ROLE spoken PASSWORD ********"))
        #expect(text.contains("SELECT ********") || text.contains("SELECT '********'"), "\(text)")
        for secret in ["hunter", "SCRAM-SHA-256"] { #expect(!text.contains(secret), "\(secret)") }
        // They were sent all the same.
        #expect(canned.toAccessNode.contains("SELECT 'hunter3'"))
        #expect(canned.toAccessNode.contains { $0.contains("PASSWORD 'SCRAM-SHA-256$4096:canned$app2") })
    }

    @Test func whatCantBeLoggedIsNotDone() async throws {
        #expect(throws: Failure.self) { try AuditLog("/dev/full") }
        #expect(throws: Failure.self) { try AuditLog("/nonexistent/log") }
    }

    /// `open(2)` would wait for one.
    @Test func aPipeWithoutAReaderIsRefused() throws {
        let file = try TemporaryFile()
        #expect(mkfifo(file.path, 0o600) == 0)
        let refusal = #expect(throws: Failure.self) { try AuditLog(file.path) }
        #expect(refusal?.message == "the log \(file.path) can't be written: nobody reads from it")
        #expect(refusal?.status == .usage)
        let reading = open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reading) }
        _ = try AuditLog(file.path)
    }
}
