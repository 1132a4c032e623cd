import ClusterAccess
import MultiNode
import Operations
import Platform
import Testing

@Suite struct NodeAbandonStepTests {
    /// Gives the test's answers, and notes what it is to carry out.
    private struct Site: NodeAbandoningSite {
        var sign: SignOfLife?
        var lost: [LostChunk] = []
        var refuses: String?
        var isThere = true
        let log = Lock<[String]>([])

        func signOfLife(of node: DataNode) async -> SignOfLife? { sign }
        func lostChunks(on node: DataNode) async throws(ClusterError) -> [LostChunk] { lost }
        func aggregatedTables(on node: DataNode) async throws(ClusterError) -> [AggregatedTable] { [] }
        func hasNode(_ name: String) async throws(ClusterError) -> Bool { isThere }

        func noteLoss(of chunks: [LostChunk], with node: DataNode) async throws(ClusterError) {
            if refuses == "note" { throw ClusterError("no") }
            if !chunks.isEmpty { log.withLock { $0.append("\(chunks.map(\.id)) lost with \(node.name)") } }
        }

        func carryOut(_ plan: Plan, abandoning node: DataNode) async throws(ClusterError) {
            let text = plan.sent.map(\.shown).joined(separator: "; ")
            if let refuses, text.contains(refuses) { throw ClusterError("no") }
            log.withLock { $0.append(text) }
        }
    }

    private let node = DataNode(name: "dn3", host: "h", database: "d", isAvailable: false)
    private let clock = VirtualTime(seed: 1)

    private func chunk(_ id: Int) -> LostChunk {
        LostChunk(row: ["id": String(id), "schema": "s", "name": "c\(id)", "table_name": "metrics"])
    }

    private func abandon(telling told: [LostChunk], at site: Site) throws -> Trial<NodeAbandonStep> {
        let abandonment = try NodeAbandonment(node, losing: told, aggregated: [], mappings: [], Server.capabilities)
        let step = NodeAbandonStep(node, losing: told, abandonment, at: site)
        return Trial(Operation([step], parallel: 1), clock)
    }

    @Test func theChunksGoFirstAndThenTheNode() throws {
        let site = Site(lost: [chunk(1), chunk(2)])
        #expect(try abandon(telling: [chunk(1), chunk(2)], at: site).outcomes == ["done"])
        #expect(
            site.log.withLock { $0 } == [
                // While the access node knows them: whoever has copies is to keep them.
                "[1, 2] lost with dn3", #"DROP FOREIGN TABLE IF EXISTS "s"."c1", "s"."c2""#,
                #"SELECT "public".delete_data_node('dn3', force => true)"#,
            ])
    }

    /// Whoever has a copy would take it for one of a chunk that was dropped on purpose.
    @Test func nothingIsDroppedThatCannotBeNoted() throws {
        let site = Site(lost: [chunk(1)], refuses: "note")
        #expect(try abandon(telling: [chunk(1)], at: site).outcomes == ["failed"])
        #expect(site.log.withLock { $0.isEmpty })
    }

    @Test func whatWasDroppedBeforeItWasKilledIsNotDroppedAgain() throws {
        let site = Site()
        #expect(try abandon(telling: [chunk(1)], at: site).outcomes == ["done"])
        #expect(site.log.withLock { $0.count } == 1)
    }

    @Test func aNodeThatHasComeBackIsNotAbandoned() throws {
        let site = Site(sign: .there("it answers here"), lost: [chunk(1)])
        let trial = try abandon(telling: [chunk(1)], at: site)
        #expect(trial.outcomes == ["failed"] && site.log.withLock { $0.isEmpty })
        #expect(trial.records[0].outcome.error?.message == "dn3 is not gone: it answers here; nothing was done")
    }

    @Test func oneOfWhichNobodyKnowsIsNotToldToBeThere() throws {
        let trial = try abandon(telling: [chunk(1)], at: Site(sign: .unknown("no answer"), lost: [chunk(1)]))
        let error = trial.records[0].outcome.error
        #expect(error?.message == "whether dn3 is gone is not known: no answer; nothing was done")
        #expect(error?.remedy?.contains("node delete") == false)
    }

    @Test func moreThanWasToldIsNotLost() throws {
        let site = Site(lost: [chunk(1), chunk(2)])
        let trial = try abandon(telling: [chunk(1)], at: site)
        #expect(trial.outcomes == ["failed"] && site.log.withLock { $0.isEmpty })
        #expect(trial.records[0].outcome.error?.message.hasPrefix("1 chunk more is on dn3 alone") == true)
    }

    @Test func theNodeStaysWhereAChunkDoes() throws {
        let site = Site(lost: [chunk(1)], refuses: "DROP")
        #expect(try abandon(telling: [chunk(1)], at: site).outcomes == ["failed"])
        #expect(site.log.withLock { $0 } == ["[1] lost with dn3"])
    }

    @Test func theNodeListTellsWhatBecameOfALostAnswer() async throws {
        let abandonment = try NodeAbandonment(node, losing: [], aggregated: [], mappings: [], Server.capabilities)
        for isThere in [true, false] {
            let step = NodeAbandonStep(node, losing: [], abandonment, at: Site(isThere: isThere))
            #expect((try await step.result(after: .connectionLost) == nil) == isThere)
        }
    }
}
