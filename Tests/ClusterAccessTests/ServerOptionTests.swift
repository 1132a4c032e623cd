import CannedServers
@testable import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What the access node connects to a node with, tscl uses as well.
@Suite(.timeLimit(.minutes(1))) struct ServerOptionTests {
    private let canned = CannedCluster(nodes: 1)

    private func parameters(_ options: [String], host: String = "dn1", port: String = "5432") async throws -> (
        String
    ) -> String? {
        var row = CannedCluster.row(node: "dn1", host: host)
        row["port"] = port
        row["options"] = ArrayText.text(options)
        canned["an1"].answer(DataNode.list, .rows([row]))
        let cluster = canned.cluster()
        _ = await cluster.probe(try await cluster.nodes())
        let parameters = canned.servers.attempts.last?.parameters
        return { parameters?[$0] }
    }

    @Test func theyAreUsedExceptForTheLoginAndForTimescaleDB() async throws {
        let used = try await parameters([
            "sslmode=require", "target_session_attrs=read-write", "user=other", "fetch_size=100", "service=x",
        ])
        #expect(used("sslmode") == "require" && used("target_session_attrs") == "read-write")
        #expect(used("user") == "postgres" && used("fetch_size") == nil && used("service") == nil)
    }

    @Test func severalHostsHaveTheirPorts() async throws {
        let used = try await parameters([], host: "dn1,dn2", port: "5433,5434")
        #expect(used("host") == "dn1,dn2" && used("port") == "5433,5434")
    }

    @Test func filesOfAnotherMachineAreLeftOut() async throws {
        // The canned access node is at another address.
        let used = try await parameters(["sslmode=verify-full", "sslrootcert=/etc/hosts"])
        #expect(used("sslmode") == "verify-full" && used("sslrootcert") == nil)
    }
}
