import CannedServers
import ClusterAccess
import MultiNode
@testable import Operations
import Testing

/// A hold of those that write that is tried again.
@Suite(.timeLimit(.minutes(1))) struct HoldAttemptTests {
    private let canned = CannedCluster(nodes: 2)
    private let chunk = Chunk(row: [
        "id": "1", "table_id": "1", "table_schema": "public", "table_name": "metrics", "schema": "s", "name": "c",
        "replication_factor": "1", "nodes": "{dn1,dn2}", "numbers": "{10,10}",
    ])
    private let shape: [String: String?] = [
        "schema": "public", "name": "metrics", "columns": "{time}", "dimensions": "{time}", "primary_key": "{}",
    ]

    init() {
        canned["an1"].otherwise = .value("t")
        canned["an1"].answer(
            ChunkStanding.query(ofChunk: 1),
            .rows([["nodes": "{dn1,dn2}", "status": "0", "owner": "postgres", "read": "dn2"]]))
        canned["an1"].answer(ChunkCopying.list(ofChunk: 1), .none)
        canned["an1"].answer(RowShape.list(of: [1]), .rows([shape]))
        for node in canned.nodes {
            canned[Place(stringLiteral: node)].otherwise = .rows([
                ["hash": "0", "rows": "2", "status": "0", "written": "f"]
            ])
        }
    }

    /// The transaction there has failed, and a node that was too slow may have had to be let go of.
    @Test(arguments: [false, true]) func eachAttemptHasItsOwnConnectionsToTheNodes(isClosed: Bool) async throws {
        let question = CopyQuestion.digest().query(of: chunk.name, RowShape(row: shape))
        let rows = [["hash": "0", "rows": "2"]]
        canned["dn1"].answer(question, .refused("deadlock detected", sqlstate: "40P01"), .rows(rows))
        if isClosed { canned["dn2"].answer(question, .frozen, .rows(rows)) }
        let cluster = canned.cluster()
        let site = try await ClusterMoving(cluster, among: try await cluster.nodes(), maxLock: .seconds(10))
        let verdict = try await site.claiming(chunk) { claim throws(ClusterError) in
            try await claim.settle(
                .drop("dn1", besides: ["dn2"]), of: nil, awaited: [], within: .seconds(10), copying: nil, .unheard)
        }
        await site.close()
        guard case .equal(rows: 2, _) = verdict else {
            Issue.record("\(String(describing: verdict))")
            return
        }
    }
}
