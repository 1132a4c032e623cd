import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

@testable import Operations

/// Cleaning up after a copy, at canned servers.
@Suite(.timeLimit(.minutes(1))) struct CopyCleanupTests {
    private let canned = CannedCluster()
    private let row: [String: String?] = [
        "operation": "tscl_7_z", "chunk_id": "7", "chunk_schema": "i", "chunk_name": "c", "table_schema": "public",
        "table_name": "m", "source": "dn1", "destination": "dn2", "stage": "complete", "move": "f", "on_source": "t",
        "on_destination": "t", "other_copies": "1",
    ]

    /// tscl was frozen, or cut off for a while: all was undone, and the session is gone.
    @Test func whatTheServerEndedForSilenceIsBegunAnew() async throws {
        let copying = ChunkCopying(row: row)
        let undoing = try #require(copying.undoing(CannedCluster.capabilities, lockWithin: .seconds(3)))
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(ChunkCopying.list(ofChunk: 7), .rows([row]))
        let ended = PostgresError(
            .connectionLost,
            ServerMessage(sqlstate: "25P03", message: "terminating connection due to idle-in-transaction timeout"))
        let (hold, cluster) = (try #require(undoing.locking.last), canned.cluster())
        canned["an1"].answer(hold, .failure(ended), .failure(ended), .done("LOCK TABLE"))
        #expect(try await cluster.cleanUp(copying, isClaimed: true) == .undone)
        #expect(dropped(undoing) == 1)

        canned["an1"].answer(hold, .failure(ended))
        let error = await #expect(throws: ClusterError.self) {
            try await cluster.cleanUp(copying, isClaimed: true)
        }
        #expect(error?.sqlstate == "25P03" && dropped(undoing) == 1)
    }

    /// An unproved copy is read, and so its drop gets more time where --max-lock leaves it too little.
    @Test func aDropThatWritersLeaveTooLittleTimeGetsMore() async throws {
        let copying = ChunkCopying(row: row)
        let undoing = try #require(copying.undoing(CannedCluster.capabilities, lockWithin: .milliseconds(100)))
        canned["an1"].otherwise = .value("0")
        canned["an1"].answer(ChunkCopying.list(ofChunk: 7), .rows([row]))
        let tooLong = PostgresError(
            .server, ServerMessage(sqlstate: "57014", message: "canceling statement due to statement timeout"))
        canned["an1"].answer(undoing.drop, .failure(tooLong), .failure(tooLong), .done("SELECT 1"))
        let cluster = canned.cluster()
        #expect(try await cluster.cleanUp(copying, isClaimed: true, maxLock: .milliseconds(100)) == .undone)
        let limits = canned.toAccessNode.filter { $0.hasPrefix("SET LOCAL statement_timeout") }
        #expect(limits.map { $0.suffix(4) } == [" 100", " 400", "1600"])

        canned["an1"].answer(undoing.drop, .failure(tooLong))
        let error = await #expect(throws: ClusterError.self) {
            try await cluster.cleanUp(copying, isClaimed: true, maxLock: .milliseconds(100))
        }
        #expect(error?.remedy == "chunk cleanup tscl_7_z tries again")
    }

    private func dropped(_ undoing: CopyUndoing) -> Int { canned.toAccessNode.count { $0 == undoing.drop.text } }
}
