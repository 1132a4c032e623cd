import CannedServers
import MultiNode
import Shell
import Testing

/// A node that takes no new chunks, as a drain leaves it that was given up: nobody would think of it by himself.
@Suite struct BlockedNodeTests {
    private let canned = CannedCluster()

    @Test func checkWarnsOfIt() async throws {
        canned["an1"].answer(
            BlockedNodes.list,
            .rows(
                ["a", "b"].flatMap { table in
                    ["dn1", "dn 2"].map { node in
                        ["node": node, "schema": "public", "name": table, "blocked": node == "dn 2" ? "t" : "f"]
                    }
                }))
        let answer = try await ShellTrial(canned).run("check")
        #expect(answer.status == .done)
        #expect(
            answer.data.contains(
                """
                warning: dn 2: it takes no new chunks of a, b: the other nodes get them
                  help: node allow 'dn 2'; or, where it is to go: node drain 'dn 2'

                """), "\(answer)")
    }

    /// TimescaleDB passes over them with a notice.
    @Test(arguments: ["node block dn1", "node allow dn2", "node detach dn1 --yes"])
    func tablesOfOthersAreNotPassedOver(_ command: String) async throws {
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(
            BlockedNodes.list,
            .rows(
                [("a", "t"), ("b", "f")].flatMap { table, isOwned in
                    ["dn1", "dn2"].map { node in
                        [
                            "node": node, "schema": "public", "name": table, "blocked": node == "dn2" ? "t" : "f",
                            "owned": isOwned,
                        ]
                    }
                }))
        let answer = try await canned.run(command)
        #expect(answer.status == .failed && answer.data.isEmpty, "\(answer)")
        #expect(answer.messages.contains("error: b: only the owner may change that"), "\(answer)")
    }

    @Test func itIsShown() async throws {
        var row = CannedCluster.row(hypertable: "metrics", on: canned.nodes)
        let free = try await shown()
        #expect(!free.node.contains("new chunks") && !free.table.contains("blocked"), "\(free)")
        #expect(free.facts.contains("node,dn2,blocked,false\n"), "\(free)")
        row["blocked_nodes"] = "{dn2}"
        canned["an1"].answer(Hypertable.list, .rows([row]))
        let blocked = try await shown()
        #expect(blocked.node.contains("no new chunks of,{metrics}\n"), "\(blocked)")
        #expect(blocked.facts.contains("node,dn1,blocked,false\n") && blocked.facts.contains("node,dn2,blocked,true\n"))
        let lines = blocked.table.split(separator: "\n")
        #expect(lines.contains { $0.contains("new chunks") })
        #expect(lines.filter { $0.contains("blocked") }.map { $0.contains("dn2") } == [true])
    }

    private func shown() async throws -> (node: String, table: String, facts: String) {
        let trial = try ShellTrial(canned)
        return (
            try await trial.run("node show dn2 --format csv").data, try await trial.run("hypertable show metrics").data,
            try await trial.run("hypertable show metrics --format csv").data
        )
    }
}
