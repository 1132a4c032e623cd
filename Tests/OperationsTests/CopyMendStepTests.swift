import ClusterAccess
import MultiNode
import Platform
import Testing

@testable import Operations

/// The step that mends the copies of one chunk, at a cluster that answers as the test says.
@Suite struct CopyMendStepTests {
    private struct Site: MendingSite {
        struct State {
            /// The nodes that the catalog has the chunk on; nil if it was dropped.
            var nodes: [String]? = ["dn1", "dn2"]
            /// What is answered in turn; nil where somebody else works on the chunk.
            var answers: [Result<CopyMendResult?, ClusterError>] = []
            /// The nodes that it has the chunk on when it was asked to mend it.
            var nodesAfter: [String]?
            var pauses = 0
            /// The nodes at which something has failed, and those that have died.
            var suspects: [String] = []
            var gone: [String] = []
        }

        let state = Lock(State())

        func state(of chunk: Chunk) -> ChunkState? {
            state.withLock { $0.nodes }.map { ChunkState(ChunkStanding(nodes: $0, owner: "app")) }
        }

        func mend(
            _ chunk: Chunk, _ order: CopyMendOrder, _ report: StepReport
        ) throws(ClusterError) -> CopyMendResult? {
            let answer = state.withLock { state in
                state.nodes = state.nodesAfter ?? state.nodes
                return state.answers.removeFirst()
            }
            return try answer.get()
        }

        func suspect(_ nodes: [String]) { state.withLock { $0.suspects += nodes } }

        func goneNode(among nodes: [String]) -> String? { state.withLock { $0.gone }.first(where: nodes.contains) }

        func pause() { state.withLock { $0.pauses += 1 } }
    }

    private static let chunk = Chunk(row: [
        "id": "1", "table_id": "7", "table_schema": "public", "table_name": "m", "schema": "i", "name": "c1",
        "replication_factor": "2", "nodes": "{dn1,dn2}", "numbers": "{5,6}",
    ])

    private static func step(_ site: Site, wrong: [String] = ["dn2"]) -> CopyMendStep {
        let order = CopyMendOrder(nodes: ["dn1", "dn2"], keep: nil, maxLock: .seconds(10))
        return CopyMendStep(chunk, wrong: wrong, order, Server.capabilities, at: site)
    }

    @Test func nothingIsBegunWithANodeThatHasDied() {
        let site = Site()
        site.state.withLock { $0.gone = ["dn2"] }
        #expect(Trial(Operation([Self.step(site)], parallel: 1), VirtualTime(seed: 1)).outcomes == ["passed over"])
        let failing = Site()
        failing.state.withLock { $0.answers = [.failure(.outOfMemory)] }
        #expect(Trial(Operation([Self.step(failing)], parallel: 1), VirtualTime(seed: 1)).outcomes == ["failed"])
        #expect(failing.state.withLock { $0.suspects } == ["dn1", "dn2"])
    }

    private static let mended = CopyMendResult(kept: "dn1", dropped: [.init(node: "dn2", .rows(3))])

    @Test func itWaitsForOthersThatWorkOnTheChunk() {
        let site = Site()
        site.state.withLock { $0.answers = [.success(nil), .success(nil), .success(Self.mended)] }
        let clock = VirtualTime(seed: 1)
        let trial = Trial(Operation([Self.step(site)], parallel: 1), clock)
        #expect(trial.outcomes == ["done"] && site.state.withLock { $0.pauses } == 2)
        #expect(trial.events.contains { $0.contains("waits for another tscl") })
    }

    @Test func whatIsRegisteredNoMoreIsNotNeeded() {
        for nodes in [["dn1"], nil] as [[String]?] {
            let site = Site()
            site.state.withLock { $0.nodes = nodes }
            #expect(Trial(Operation([Self.step(site)], parallel: 1), VirtualTime(seed: 1)).outcomes == ["unneeded"])
        }
    }

    /// Which copy is wrong may be found only when nobody writes.
    @Test func copiesThatWereChangingAreLookedAt() {
        let site = Site()
        site.state.withLock { $0.answers = [.success(CopyMendResult(kept: "dn1"))] }
        let step = Self.step(site, wrong: [])
        #expect(step.plan.isEmpty)
        #expect(Trial(Operation([step], parallel: 1), VirtualTime(seed: 1)).outcomes == ["done"])
    }

    @Test func behindAnAnswerThatWasLostTheCatalogTells() {
        for (nodes, outcome) in [(["dn1"], "done"), (["dn1", "dn2"], "failed")] {
            let site = Site()
            site.state.withLock {
                $0.nodesAfter = nodes
                $0.answers = [.failure(ClusterError("gone", kind: .connectionLost))]
            }
            #expect(Trial(Operation([Self.step(site)], parallel: 1), VirtualTime(seed: 1)).outcomes == [outcome])
        }
    }

    @Test func itsPlanDropsWhileNobodyWrites() {
        let sent = Self.step(Site()).plan.sent.map(\.shown)
        #expect(sent.first == "BEGIN" && sent.last == "COMMIT")
        #expect(sent.contains(#"LOCK TABLE ONLY "public"."m" IN SHARE MODE"#))
        #expect(sent.dropLast().last?.contains("chunk_drop_replica(") == true)
    }
}
