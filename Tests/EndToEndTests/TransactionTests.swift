import Foundation
import Glibc
import Postgres
import Sandbox
import Testing

/// `transaction { … }`: all of it on all nodes, or nothing anywhere.
@Suite struct TransactionTests {
    private static let script = """
        transaction {
            sql CREATE TABLE parts (i int PRIMARY KEY)
            sql INSERT INTO parts VALUES (1)
            sql INSERT INTO parts VALUES (2)
            role create part --everywhere --login
            exec CREATE TABLE parts (i int)
            exec INSERT INTO parts VALUES (3)
        }

        """

    /// On how many of the servers each part is.
    private func parts(_ cluster: Cluster) async throws -> Set<String> {
        var found: Set<String> = []
        for node in cluster.sandbox.nodes {
            let rows = try await cluster.query(
                node.name,
                """
                SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'part'),
                       (SELECT count(*) FROM pg_tables WHERE tablename = 'parts')
                """)
            found.insert(rows[0].map { $0 ?? "" }.joined(separator: " "))
        }
        return found
    }

    @Test func allOfItIsDone() async throws {
        try await Cluster.with { cluster in
            let result = try await cluster.program.run([], input: Self.script)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try await eventually { try await parts(cluster) == ["1 1"] })
            #expect(try await cluster.query("an1", "SELECT i FROM parts ORDER BY i") == [["1"], ["2"]])
        }
    }

    @Test(arguments: [
        "sql SELECT 1/0", "role create postgres --everywhere", "exec SELECT 1/0", "assert 1 == 2", "node ping dn9",
    ])
    func whatFailsUndoesAllOfIt(last: String) async throws {
        let cluster = try await Cluster.shared.value
        let never = "    sql SELECT 'never'\n    sql SELECT 'never'\n    echo never"
        let script = Self.script.replacingOccurrences(of: "\n}", with: "\n    \(last)\n\(never)\n}")
        let result = try await cluster.program.run(["--keep-going"], input: script + "echo behind\n")
        #expect(result.errors.contains("note: nothing of the transaction was done: it was undone on all nodes"))
        #expect(result.errors.contains("<stdin>:8:"), "\(result.errors)")
        #expect(!result.output.contains("never") && result.output.hasSuffix("behind\n"))
        #expect(result.status != 0)
        #expect(try await eventually { try await parts(cluster) == ["0 0"] })
    }

    @Test func itsStatementsRunInTheirOrder() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run(
            ["--format", "csv"],
            input: """
                transaction {
                    sql SELECT 'a' AS x
                    foreach n in b c { sql SELECT :'n' AS x }
                    sql SELECT 'd' AS x
                    if 1 == 1 { sql SELECT 'e' AS x } else { sql SELECT 'none' AS x }
                    sql SELECT 'f' AS x
                    set last h
                    sql SELECT 'g' AS x
                    sql SELECT :'last' AS x
                    assert 1 == 1
                    sql --into i SELECT 'i'
                    sql SELECT :'i' AS x
                    sql SELECT 'j' AS x
                }

                """)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(whereSeparator: \.isNewline).filter { $0 != "x" }.joined() == "abcdefghij")
    }

    @Test func whatIsWrongInSentStatementsIsNamed() async throws {
        let cluster = try await Cluster.shared.value
        let lines = (0..<600).map { "sql SELECT \($0 == 500 ? "1/0" : String($0))" }
        let result = try await cluster.program.run(
            [], input: "transaction {\n" + lines.joined(separator: "\n") + "\n}\n")
        #expect(result.status == 1)
        #expect(result.errors.contains("<stdin>:502:1: error: division by zero"), "\(result.errors)")
        #expect(result.output.contains("\n      499\n") && !result.output.contains("\n      501\n"))
    }

    @Test func aDryRunShowsItsBeginningAndItsEnd() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run(["--dry-run"], input: Self.script)
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.hasPrefix("-- access node, one transaction\nBEGIN;\n") && result.output.hasSuffix("COMMIT;\n")
        )
        #expect(try await parts(cluster) == ["0 0"])
    }

    @Test func anOpenTransactionIsNotMixedUp() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.program.run([], input: "sql BEGIN\ntransaction { sql SELECT 1 }\n")
        #expect(result.status == 1 && result.errors.contains("error: a transaction is open already"))
    }

    /// The number that the transaction is found by later is asked for just before COMMIT.
    @Test func whatFailsJustBeforeCommitLeavesNoTransactionOpen() async throws {
        try await Cluster.with { cluster in
            try await cluster.runScript(
                "an1",
                """
                CREATE ROLE app LOGIN;
                GRANT CREATE ON SCHEMA public TO app;
                REVOKE EXECUTE ON FUNCTION txid_current() FROM public;
                """)
            let result = try await cluster.program.run(
                ["-U", "app", "--keep-going"],
                input: """
                    transaction { sql CREATE TABLE parts (i int) }
                    transaction { sql CREATE TABLE parts (i int) }
                    sql CREATE TABLE whole (i int)

                    """)
            let refusals = result.errors.components(separatedBy: "permission denied for function").count - 1
            #expect(refusals == 2 && result.status == 1, "\(result.errors)")
            #expect(
                try await cluster.query("an1", "SELECT tablename FROM pg_tables WHERE tableowner = 'app'")
                    == [["whole"]])
        }
    }

    /// Waits in the midst of the transaction, behind so many of its statements, until the test goes on.
    private func pausing(behind statements: Int) -> String {
        var lines = Self.script.split(separator: "\n").map(String.init)
        lines.insert("    sql SELECT pg_sleep(600), 'the midst'", at: statements + 1)
        return lines.joined(separator: "\n") + "\n"
    }

    private func isInTheMidst(_ cluster: Cluster) async throws -> Bool {
        try await !cluster.query(
            "an1", "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(600)%'"
        ).isEmpty
    }

    /// Which of the servers or tscl itself is killed, and behind which statement of the transaction.
    @Test(arguments: ["tscl", "an1", "dn2"], [1, 3, 4, 5, 6])
    func whoeverIsKilledInTheMidst(victim: String, statements: Int) async throws {
        try await Cluster.with { cluster in
            let running = try cluster.program.start([])
            running.write(pausing(behind: statements))
            #expect(try await eventually { try await isInTheMidst(cluster) })
            if victim == "tscl" {
                running.signal(SIGKILL)
            } else {
                try await cluster.sandbox.kill(victim)
            }
            if victim == "dn2" {
                _ = try await cluster.query(
                    "an1",
                    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%'")
            }
            running.closeInput()
            let result = await running.end()
            #expect(result.status != 0)
            if victim == "an1" { #expect(result.errors.contains("the transaction is undone"), "\(result.errors)") }
            if victim != "tscl" { try await cluster.sandbox.start(victim) }
            #expect(try await isWhole(cluster))
            #expect(try await parts(cluster) == ["0 0"])
        }
    }

    /// Some nodes have prepared their part and another has not, when that one, the access node or tscl is killed.
    @Test(arguments: ["an1", "tscl", "dn2"]) func whoeverIsKilledWhileItIsCommitted(victim: String) async throws {
        try await Cluster.with { cluster in
            let lines = Self.script.split(separator: "\n").map(String.init)
            // The first node that is to prepare its part can't: a lock that the test holds is in the way of a check
            // that is made at the end of the transaction.
            try await cluster.runScript(
                "dn2",
                """
                CREATE TABLE gate (i int);
                CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM FROM public.gate; RETURN NULL; END';
                """)
            let trigger = """
                exec --on dn2 CREATE CONSTRAINT TRIGGER last AFTER INSERT ON parts DEFERRABLE INITIALLY DEFERRED \
                FOR EACH ROW EXECUTE FUNCTION pass_gate()
                """
            let script = (lines[0...5] + [trigger] + lines[6...]).joined(separator: "\n") + "\n"
            guard let node = cluster.sandbox.nodes.first(where: { $0.name == "dn2" }) else { return }
            let gatekeeper = try await Connection.open(cluster.sandbox.parameters(for: node))
            _ = try await gatekeeper.executeScript("BEGIN; LOCK TABLE gate")
            let running = try cluster.program.start([])
            running.write(script)
            // dn2 waits at the gate; the others have their part prepared, or are about to.
            let isWaiting = try await eventually {
                let rows = try await gatekeeper.execute("SELECT FROM pg_locks WHERE NOT granted")
                return !rows.rows.isEmpty
            }
            #expect(isWaiting)
            if victim == "tscl" { running.signal(SIGKILL) } else { try await cluster.sandbox.kill(victim) }
            await gatekeeper.close()
            running.closeInput()
            let result = await running.end()
            if victim == "an1" {
                #expect(result.status == 3 && result.errors.contains("lost at COMMIT"), "\(result.errors)")
                #expect(result.errors.contains("'sql SELECT txid_status("), "\(result.errors)")
                try await cluster.sandbox.start("an1")
            }
            if victim == "dn2" {
                #expect(
                    result.status == 1 && result.errors.contains(": the transaction is undone\n"), "\(result.errors)")
                #expect(result.errors.contains("help: 'heal "), "\(result.errors)")
                #expect(!result.errors.contains("no transaction in progress"), "\(result.errors)")
                try await cluster.sandbox.start("dn2")
            }
            #expect(try await isWhole(cluster))
        }
    }

    /// Whether, once healed, all servers have all parts or none has any.
    private func isWhole(_ cluster: Cluster) async throws -> Bool {
        try await eventually {
            guard try await cluster.run("heal all").status == 0 else { return false }
            let parts = try await parts(cluster)
            return parts == ["0 0"] || parts == ["1 1"]
        }
    }
}
