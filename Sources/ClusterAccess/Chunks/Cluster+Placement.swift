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
        let chunks = try await counting(try await chunks(choice, withRanges: false))
        let answers = await tellings(of: chunks, among: nodes)
        // Behind the questions, which take room, too.
        var positions = ChunkPositions(capacity: chunks.count)
        if !chunks.isEmpty {
            let query = ChunkPosition.list(of: tables.map(\.id))
            positions = try await collect(query, on: try await link(), into: positions) { $0.take($1) }
            positions.sort()
        }
        return PlacementSurvey(
            nodes: nodes, tables: tables, attachments: attachments, chunks: chunks, positions: positions, answers)
    }

    /// What the nodes tell of themselves, and of the copies that they have.
    private func tellings(
        of chunks: [Chunk], among nodes: [DataNode]
    ) async -> [Answer<DataNode, PlacementSurvey.Telling>] {
        var numbers: [String: [Int]] = [:]
        for chunk in chunks {
            for copy in chunk.copies { numbers[copy.node, default: []].append(copy.number) }
        }
        let wanted = numbers
        // A name in the catalog that is no node any more answers nothing, as does one that is down.
        let asked = nodes + nodes.holding(wanted.keys).filter(\.isGone)
        return await onEach(asked) { node throws(ClusterError) in
            if node.isGone { throw ClusterError(gone: node.name) }
            return try await meeting(node) { link, state throws(ClusterError) in
                let numbers = wanted[node.name] ?? []
                let facts =
                    numbers.isEmpty ? CopyFactsList() : try await facts(of: numbers, node, on: link)
                return PlacementSurvey.Telling(server: state.server, facts: facts)
            }
        }
    }
}
