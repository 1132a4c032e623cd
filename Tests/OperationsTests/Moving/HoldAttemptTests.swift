import CannedServers
import ClusterAccess
import MultiNode
@testable import Operations
import Platform
import Postgres
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
        canned["an1"].answer(HeldSession.query(writingTo: chunk.name, of: chunk.table), .none)
        for node in canned.nodes {
            canned[Place(stringLiteral: node)].otherwise = .rows([
                ["hash": "0", "rows": "2", "status": "0", "written": "f"]
            ])
        }
    }

    private func settled(copying: Bool = false, _ report: StepReport = .unheard) async throws -> CopyVerdict? {
        let cluster = canned.cluster()
        let site = try await ClusterMoving(cluster, among: try await cluster.nodes(), maxLock: .seconds(10))
        let verdict = try await site.claiming(chunk) { claim throws(ClusterError) in
            try await claim.settle(
                .drop("dn1", besides: ["dn2"]), of: nil, awaited: [], within: .seconds(10),
                copying: copying ? { () throws(ClusterError) in } : nil, report)
        }
        await site.close()
        return verdict
    }

    private func isLocked() {
        let holder: [String: String?] = ["holder": "77", "holder_role": "ann"]
        canned["an1"].answer(LockHolder.query(of: [chunk.table, chunk.name], onlyWriters: true), .rows([holder]))
    }

    /// Who writes to the chunk by its own name is waited for as who writes to the hypertable.
    @Test func whoHasTheChunkIsNamedAndWaitedFor() async throws {
        isLocked()
        canned["an1"].answer(
            locking, .refused("canceling statement due to lock timeout", sqlstate: "55P03"), .done("ALTER TABLE"))
        let heard = Lock<[String]>([])
        let report = StepReport(
            progressed: { _ in }, waits: { text in heard.withLock { $0.append(text) } }, stop: Stop())
        guard case .equal(rows: 2, _)? = try await settled(copying: false, report) else {
            Issue.record("not settled")
            return
        }
        #expect(heard.withLock { $0.first?.contains("process 77 (ann)") } == true, "\(heard.withLock { $0 })")
    }

    private var locking: SQL { ChunkCopySQL.hold(chunk: chunk.name, waiting: .seconds(3))[1] }

    /// Nothing has happened yet where the session is lost before it is asked to commit.
    @Test func aSessionThatIsLostBeforeTheCommitIsTriedAgain() async throws {
        let lost = PostgresError(.connectionLost, "the connection is closed")
        canned["an1"].answer(locking, .failure(lost), .done("ALTER TABLE"))
        guard case .equal(rows: 2, _)? = try await settled() else {
            Issue.record("not settled")
            return
        }
        #expect(canned.toAccessNode.count { $0 == locking.text } == 2)
    }

    /// A copy that was made while writers waited is not made again in the same hold: whoever made it decides.
    @Test func whatCanNotBeHeldBehindItsCopyIsToldToWhoMadeIt() async throws {
        isLocked()
        canned["an1"].answer(locking, .refused("canceling statement due to lock timeout", sqlstate: "55P03"))
        guard case .unheld(let wait)? = try await settled(copying: true) else {
            Issue.record("held")
            return
        }
        #expect(wait.contains("77"), "\(wait)")
    }

    /// To wait for him would be a deadlock.
    @Test func whoHasWrittenToTheChunkAndWaitsForTheHoldIsNotWaitedFor() async throws {
        canned["an1"].answer(
            HeldSession.query(writingTo: chunk.name, of: chunk.table),
            .rows([["pid": "9", "role": "ann", "application": "psql", "awaited": "t"]]))
        guard case .givenBack(let standstill)? = try await settled() else {
            Issue.record("held")
            return
        }
        #expect(standstill.session?.pid == 9 && standstill.block.isOnAccessNode)
        #expect(!canned.toAccessNode.contains { $0 == locking.text })
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
