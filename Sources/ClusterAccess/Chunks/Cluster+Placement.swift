package import MultiNode
import Postgres

extension Cluster {
    /// What is known for placing the chunks of hypertables. Each server is asked once, all side by side; what does not
    /// answer is left to the caller.
    ///
    /// - Parameter tables: those whose chunks are placed.
    package func placementSurvey(of tables: [ChunkedTable]) async throws(ClusterError) -> PlacementSurvey {
        let nodes = try await nodes()
        let attachments = try await send(BlockedNodes.list).records.map { BlockedNodes.Attachment(row: $0) }
        var choice = Chunk.Choice()
        choice.tables = tables.map(\.id)
        let chunks = try await movable(try await chunks(choice)).map(\.chunk)
        let positions =
            chunks.isEmpty
            ? [:] : ChunkPosition.byChunk(try await send(ChunkPosition.list(of: tables.map(\.id))).records)
        var numbers: [String: [Int]] = [:]
        for copy in chunks.flatMap(\.copies) { numbers[copy.node, default: []].append(copy.number) }
        let wanted = numbers
        // A name in the catalog that is no node any more answers nothing, as does one that is down.
        let asked = nodes + nodes.holding(wanted.keys).filter(\.isGone)
        let answers = await onEach(asked) { node throws(ClusterError) in
            if node.isGone { throw ClusterError(gone: node.name) }
            return try await meeting(node) { link, state throws(ClusterError) in
                let numbers = wanted[node.name] ?? []
                if numbers.isEmpty { return PlacementSurvey.Telling(server: state.server, facts: [:]) }
                let rows = try await send(CopyFacts.list(numbers), on: link, node: node.name, timeout: .seconds(60))
                let facts = rows.records.map { CopyFacts(row: $0) }
                return PlacementSurvey.Telling(
                    server: state.server, facts: Dictionary(facts.map { ($0.number, $0) }) { first, _ in first })
            }
        }
        return PlacementSurvey(
            nodes: nodes, tables: tables, attachments: attachments, chunks: chunks, positions: positions, answers)
    }
}
