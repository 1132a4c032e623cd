import Foundation
import Sandbox
import Testing

/// Adding nodes: what is found out before, and what becomes of several.
@Suite struct NodeAddTests {
    private func nodes(_ cluster: Cluster) async throws -> [String] {
        let list = try await cluster.run("node list", "--format", "csv")
        return list.output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
    }

    private func add(_ names: String, _ hosts: String, _ cluster: Cluster, _ options: String = "") async throws
        -> Program.Result
    {
        try await cluster.run("node add \(names) --host '\(cluster.sockets)'/\(hosts) \(options)")
    }

    @Test func aServerThatCanNotBeANodeStopsAllOfThem() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            // The node's own database comes with the node.
            let set = try await cluster.program.run([
                "-h", cluster.sockets + "/dn2", "-d", "postgres",
                "-c", "sql ALTER SYSTEM SET max_prepared_transactions = 0",
            ])
            #expect(set.status == 0, "\(set.errors)")
            try await cluster.sandbox.stop("dn2")
            try await cluster.sandbox.start("dn2")
            let refused = try await add("dn{1..3}", "dn{1..3}", cluster)
            #expect(refused.status == 1)
            #expect(refused.errors.contains("error: dn2: max_prepared_transactions is 0"), "\(refused.errors)")
            #expect(refused.errors.contains("nothing was added: dn2 can't become a data node"))
            #expect(refused.errors.contains("help: --force tries all the same"))
            #expect(try await nodes(cluster) == [])
            let preview = try await add("dn{1..3}", "dn{1..3}", cluster, "--dry-run")
            #expect(preview.status == 1 && preview.output.isEmpty)
        }
    }

    @Test func whatADatabaseIsAlready() async throws {
        try await Cluster.with { cluster in
            _ = try await cluster.query(
                "dn3",
                """
                UPDATE _timescaledb_catalog.metadata SET value = '11111111-2222-3333-4444-555555555555'
                 WHERE key = 'dist_uuid'
                """)
            #expect(try await cluster.run("node delete dn3 --yes").status == 0)
            let itself = try await add("x", "an1", cluster)
            #expect(itself.errors.contains("error: x: the address is that of the access node itself"))
            let own = try await add("x", "dn2", cluster)
            #expect(own.errors.contains("error: x: it has the host, port and database of dn2"))
            let other = try await add("x", "dn3", cluster)
            #expect(other.errors.contains("of another cluster (11111111-2222-3333-4444-555555555555)"))
            #expect(other.errors.contains("DELETE FROM _timescaledb_catalog.metadata"))
            let none = try await add("x", "dn1", cluster, "--database other --no-bootstrap")
            #expect(none.errors.contains("error: x: there is no database other there"))
            #expect([itself, own, other, none].allSatisfy { $0.status == 1 })
            #expect(try await nodes(cluster) == ["dn1", "dn2"])

            // Forced, it is TimescaleDB that refuses.
            let forced = try await add("x", "dn2", cluster, "--force")
            #expect(forced.status == 1 && forced.errors.contains("sqlstate: TS174"), "\(forced.errors)")
        }
    }

    @Test func anAccessNodeOfAnotherCluster() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let other = try await Cluster.shared.value
            let refused = try await cluster.run("node add x --host '\(other.sockets)/an1'")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("error: x: database dist there is an access node itself"))
        }
    }

    @Test func whatCanNotBeLookedAtIsSaidAndTried() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            try await cluster.sandbox.kill("dn2")
            let partial = try await add("dn{1..3}", "dn{1..3}", cluster)
            #expect(partial.status == 4)
            #expect(partial.errors.contains("note: dn2 was not checked from here:"), "\(partial.errors)")
            #expect(partial.errors.contains("failed: dn2: could not connect to \"dn2\""))
            #expect(try await nodes(cluster) == ["dn1", "dn3"])

            // The command that is said to do the rest does it.
            let rest = try #require(
                partial.errors.split(separator: "\n").first { $0.contains("the rest: ") }?.components(
                    separatedBy: "the rest: "
                ).last)
            try await cluster.sandbox.start("dn2")
            let added = try await cluster.run(rest)
            #expect(added.status == 0 && added.output.hasPrefix("node dn2 added"), "\(added)")
            let again = try await add("dn{1..3}", "dn{1..3}", cluster, "--if-not-exists")
            #expect(again.status == 0 && again.output.contains("unchanged: node dn2 exists"))
            let taken = try await add("dn2", "dn2", cluster)
            #expect(taken.status == 1 && taken.errors.contains("sqlstate: 42710"))
        }
    }

    @Test func oneServerForSeveralNodesIsAWarning() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let hosts = try await cluster.run(
                "node add {a,b} --host '\(cluster.sockets)'/dn1 --database {first,second}")
            #expect(hosts.status == 0, "\(hosts.errors)")
            #expect(hosts.errors.contains("warning: b: it is on the same server as a"))
            #expect(try await nodes(cluster) == ["a", "b"])
            let own = try await cluster.run("node add c --host '\(cluster.sockets)'/an1 --database third")
            #expect(own.status == 0, "\(own.errors)")
            #expect(own.errors.contains("warning: c: it is on the same server as access node"))
        }
    }
}
