import CannedServers
import MultiNode
import Shell
import Testing

/// `node set`, and what keeps a node's options.
@Suite(.timeLimit(.minutes(1))) struct NodeOptionAnswerTests {
    private let canned = CannedCluster(nodes: 2)

    init() {
        canned["an1"].otherwise = .done("DONE")
        canned["an1"].answer(NodeOptionEffect.query, .rows([["ssl": "off", "ssl_ca_file": ""]]))
        var row = CannedCluster.row(node: "dn1")
        row["options"] = "{sslmode=prefer,password=hunter2}"
        canned["an1"].answer(
            DataNode.list, .rows([row, CannedCluster.row(node: "dn2")]))
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private var changes: [String] { canned.toAccessNode.filter { $0.hasPrefix("ALTER SERVER") } }

    @Test func optionsAreSet() async throws {
        let answer = try await run("node set dn1 dn2 --option sslmode=prefer application_name=x --unset sslcert")
        #expect(answer.status == .done && answer.messages.isEmpty, "\(answer)")
        #expect(answer.data == "options set of dn1 (application_name), dn2 (sslmode, application_name)\n")
        #expect(
            changes == [
                #"ALTER SERVER "dn1" OPTIONS (ADD "application_name" 'x')"#,
                #"ALTER SERVER "dn2" OPTIONS (ADD "sslmode" 'prefer', ADD "application_name" 'x')"#,
            ])
        #expect(try await run("node set dn1 --option sslmode=prefer").data == "unchanged: node dn1 has these options\n")
    }

    @Test(arguments: [
        ("--option sslmod=require", "did you mean sslmode?"), ("--option sslmode=requir", "sslmode is one of disable"),
        ("--option sslmode", "sslmode has no value"), ("--option password=x", "role map"),
        ("--option dbname=x", "'node alter NAME --database D'"), ("--unset host", "can't be without host"),
        ("--option sslrootcert=ca.crt", "the whole path"), ("--unset nothing", "no option of a data node"),
    ])
    func whatCantBeSetIsRefusedBeforeAnythingIsAsked(_ options: String, _ message: String) async throws {
        let answer = try await run("node set dn1 \(options)")
        #expect(answer.status == .usage && answer.messages.contains(message), "\(answer)")
        #expect(canned.servers.sent.isEmpty)
    }

    @Test(arguments: [
        ("dn1 --option sslmode=require --unset sslmode", "sslmode is named twice"),
        ("all --option host=h", "host is one node's; these are 2"),
        ("dn2 --option host=a,b port=1,2,3", "3 ports do not belong to 2 hosts"),
        ("dn2 --option port=1,2", "2 ports do not belong to 1 host"),
    ])
    func whatContradictsItselfIsRefused(_ words: String, _ message: String) async throws {
        let answer = try await run("node set \(words.replacing("all", with: "'dn*'"))")
        #expect(answer.status == .failed && answer.messages.contains(message), "\(answer)")
        #expect(changes.isEmpty)
    }

    @Test func onePortIsAllHosts() async throws {
        #expect(try await run("node set dn2 --option host=a,b,c port=1").status == .done)
        #expect(try await run("node set dn2 --option host=a,b port=1,2").status == .done)
    }

    @Test func severalPortsAreListed() async throws {
        var row = CannedCluster.row(node: "dn1", host: "a,b")
        row["port"] = "1,2"
        canned["an1"].answer(DataNode.list, .rows([row]))
        let answer = try await run("node list --format csv")
        #expect(answer.data.contains(#"dn1,"a,b","1,2",dist"#), "\(answer)")
    }

    @Test func whatHasNoEffectIsSaid() async throws {
        canned["an1"].answer(NodeOptionEffect.query, .rows([["ssl": "on", "ssl_ca_file": "ca.crt"]]))
        canned["an1"].answer(NodeOptionEffect.file(""), .value(nil), .value("f"))
        let answer = try await run(
            "node set dn2 --option sslmode=require sslrootcert=/no/ca.crt sslkey=/is/key passfile=/p")
        for key in ["sslmode", "sslrootcert", "sslkey", "passfile"] {
            #expect(
                answer.messages.contains("warning: \(key) has no effect on the access node's connections"), "\(answer)")
        }
        #expect(answer.messages.contains("warning: there is no /no/ca.crt on the access node's machine"))
        #expect(!answer.messages.contains("no /is/key"))
        #expect(answer.status == .done && changes.count == 1)
    }

    @Test func whereItMakesTheNodeUnreachableTheWayBackIsShown() async throws {
        let ping = NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? ""
        canned["an1"].answer(ping, .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities),
            .refused(#"could not connect to "dn1": server does not support SSL"#, sqlstate: "08001"))
        let answer = try await run("node set dn1 --option sslmode=require fetch_size=10")
        #expect(answer.status == .partial && answer.data.hasPrefix("options set of dn1"), "\(answer)")
        #expect(answer.messages.contains("the access node does not get in as postgres: could not connect to"))
        #expect(
            answer.messages.contains("node set dn1 --option 'sslmode=prefer' --unset fetch_size takes it back"),
            "\(answer)")
    }

    @Test func whereItLeadsToAnotherServerTheWayBackIsShown() async throws {
        canned["an1"].proof = .refused(
            #"invalid input syntax for type integer: "this is not the data node dn2""#, sqlstate: "22P02")
        canned["dn2"].answer(NodeState.anyQuery, .rows([CannedCluster.state(of: "dn2", cluster: "c9")]))
        let answer = try await run("node set dn2 --option host=dn1")
        #expect(answer.status == .partial, "\(answer)")
        #expect(answer.messages.contains("is not the data node dn2"))
        #expect(answer.messages.contains("node set dn2 --option 'host=dn2' takes it back"), "\(answer)")
    }

    @Test func theScriptOfTheNodesKeepsThem() async throws {
        let answer = try await run("node list --format script")
        #expect(
            answer.data == """
                node add dn1 --host dn1 --port 5432 --database dist --if-not-exists
                node set dn1 --option 'sslmode=prefer'
                # dn1 has the server option password, which no command sets
                node add dn2 --host dn2 --port 5432 --database dist --if-not-exists

                """)
        let shown = try await run("node show dn1 --format csv")
        #expect(shown.data.contains("sslmode=prefer") && !shown.data.contains("hunter2"), "\(shown)")
    }
}
