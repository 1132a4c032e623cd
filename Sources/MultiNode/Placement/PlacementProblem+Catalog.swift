extension PlacementProblem {
    /// The problem that the catalog of an access node and the sizes of copies come to.
    ///
    /// - Parameters:
    ///   - nodes: all of the cluster.
    ///   - chunks: one without a position was dropped meanwhile, and is left out.
    ///   - positions: by the number of the chunk.
    ///   - fixed: the chunks whose copies stay where they are; they count for what their nodes hold.
    ///   - bytes: of one copy of a chunk.
    package init(
        nodes: [Node], tables: [ChunkedTable], attachments: [BlockedNodes.Attachment], chunks: [MultiNode.Chunk],
        positions: ChunkPositions, fixed: Set<Int> = [], bytes: (MultiNode.Chunk) -> Int64
    ) {
        var takers: [TableName: Set<String>] = [:]
        for attachment in attachments where !attachment.isBlocked {
            takers[attachment.table, default: []].insert(attachment.node)
        }
        var placed: [Chunk] = []
        placed.reserveCapacity(chunks.count)
        for chunk in chunks {
            guard let position = positions[chunk.id] else { continue }
            let isFixed = fixed.contains(chunk.id)
            placed.append(
                Chunk(
                    id: chunk.id, table: isFixed ? Self.noTable : chunk.tableID, start: position.start,
                    slice: isFixed ? nil : position.slice, bytes: bytes(chunk), nodes: chunk.nodes))
        }
        self.init(
            nodes: nodes,
            tables: tables.map { table in
                Table(id: table.id, replicationFactor: table.replicationFactor, takers: takers[table.table] ?? [])
            },
            chunks: placed)
    }

    /// Of a hypertable that is not in the problem nothing goes anywhere.
    private static let noTable = -1
}
