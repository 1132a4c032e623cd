import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

@Suite struct QueryTests {
    private let canned = CannedCluster()

    init() {
        for (index, node) in canned.nodes.enumerated() {
            canned[Place(stringLiteral: node)].answer("SELECT i", .table(["i"], [[String(index + 1)]]))
        }
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    @Test func theRowsAreShownWithTheirNode() async throws {
        let answer = try await run("query --format csv SELECT i")
        #expect(answer.status == .done && answer.messages.isEmpty)
        #expect(answer.data == "node,i\ndn1,1\ndn2,2\ndn3,3\n")
    }

    @Test func eachNodeIsAskedReadOnly() async throws {
        _ = try await run("query --on dn2 SELECT i")
        // What the SQL may have left in the session is dropped behind it, or with the connection.
        #expect(
            canned.servers.statements(to: "dn2").filter { $0 != "DISCARD ALL" } == [
                NodeState.anyQuery.text, "BEGIN READ ONLY", "SELECT i", "ROLLBACK",
            ])
        #expect(canned.servers.statements(to: "dn1").isEmpty)
    }

    @Test func theHelpTellsWhatNeitherLogNorShowSQLTellsOf() async throws {
        let shown = try await ShellTrial(canned) { $0.showSQL = true }.run(
            "query --on dn2 SELECT i\nquery --on dn2 SELECT i")
        #expect(canned.servers.statements(to: "dn2").contains("DISCARD ALL"))
        #expect(shown.messages.contains("SELECT i") && !shown.messages.contains("DISCARD"), "\(shown)")
        for help in ["help query", "help scripts"] {
            #expect(try await run(help).data.contains("DISCARD ALL"), "\(help)")
        }
    }

    /// A session that is open already does not tell whether the node lets anybody in.
    @Test(arguments: ["node reach dn2", "node ping dn2", "assert not node dn2 up", "assert cluster healthy", "sql X"])
    func whatTellsWhetherANodeLetsOneInConnectsAnew(command: String) async throws {
        canned["an1"].answer("X", .refused("could not connect to \"dn2\"", sqlstate: "08001"))
        canned["dn2"].openings = [
            .accepted,
            .refused(
                PostgresError(.connectionFailed, ServerMessage(sqlstate: "28000", message: "pg_hba.conf rejects"))),
        ]
        let answer = try await run("query SELECT i\n\(command)")
        #expect(canned.servers.attempts.count { $0.place == "dn2" } >= 2, "\(answer)")
    }

    @Test(arguments: ["COMMIT", "ROLLBACK"]) func whatEndsTheTransactionIsAnError(statement: String) async throws {
        let answer = try await run("query --on dn2 \(statement)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("error: the statement ends the read-only transaction"), "\(answer)")
    }

    @Test func soIsWhatBeginsAnotherOne() async throws {
        canned["dn2"].answer("COMMIT AND CHAIN", .done("COMMIT"))
        let answer = try await run("query --on dn2 COMMIT AND CHAIN")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("error: the statement ends the read-only transaction"), "\(answer)")
    }

    @Test func whatFailsOnSomeIsPartial() async throws {
        canned["dn2"].answer("SELECT i", .refused("relation \"t\" does not exist", sqlstate: "42P01"))
        let answer = try await run("query --format json SELECT i")
        #expect(answer.status == .partial)
        #expect(answer.messages == "t:1:1: error: relation \"t\" does not exist\n   sqlstate: 42P01\n   node: dn2\n")
        #expect(
            answer.json == """
                {"v":1,"command":"query","columns":["node","i"],"rows":[["dn1","1"],["dn3","3"]],\
                "ok":false,"changed":false,"nodes":[{"node":"dn1","ok":true,"sqlstate":null,"message":null,"ms":0},\
                {"node":"dn2","ok":false,"sqlstate":"42P01","message":"relation \\"t\\" does not exist","ms":0},\
                {"node":"dn3","ok":true,"sqlstate":null,"message":null,"ms":0}],\
                "failures":[{"message":"relation \\"t\\" does not exist","sqlstate":"42P01","detail":null,"hint":null,"help":null,"rest":null,"node":"dn2",\
                "file":"t","line":1,"column":1}],\
                "error":{"message":"relation \\"t\\" does not exist","sqlstate":"42P01","detail":null,"hint":null,"help":null,"rest":null,"node":"dn2",\
                "file":"t","line":1,"column":1}}

                """)
    }

    @Test func whatFailsOnAllIsOneFailure() async throws {
        for place: Place in ["dn1", "dn2", "dn3"] {
            canned[place].answer("SELECT i", .refused("no", sqlstate: "42501"))
        }
        let answer = try await run("query --format json SELECT i")
        #expect(answer.status == .failed)
        #expect(
            answer.messages == """
                t:1:1: error: no
                    1 | query --format json SELECT i
                      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
                   sqlstate: 42501
                   node: dn1
                   failed: dn1: no
                   failed: dn2: no
                   failed: dn3: no
                   help: the role lacks the privilege on the data node: grant it there with 'exec'; 'check' shows what \
                differs. Where a user mapping makes it another role there, such as one of public ('role show ROLE' tells), \
                'exec' goes as that one too: 'role map ROLE --on dn1 --as ROLE' makes it itself

                """)
        #expect(answer.data.contains(#""rows":[],"#) && answer.data.contains(#""error":{"#))
    }

    @Test func anUnknownNodeIsPointedAt() async throws {
        let answer = try await run("query --on dn1,dm2 SELECT i")
        #expect(answer.status == .failed)
        #expect(answer.messages.hasPrefix("t:1:12: error: there is no node dm2"), "\(answer.messages)")
        #expect(canned.servers.opened == 1)
    }

    @Test func withoutNodesThereIsNobodyToAsk() async throws {
        let answer = try await ShellTrial(CannedCluster(nodes: 0)).run("query SELECT i")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("there are no data nodes"))
    }
}
