package import MultiNode

/// Looking after holds of those that write.
extension CopyWatch {
    /// Who waits for the end of a hold.
    ///
    /// - Parameter process: of the session of the access node that holds.
    /// - Returns: nil if the access node does not tell.
    package func waiting(behind process: Int) async -> [HeldSession]? {
        await ask(nil, HeldSession.query(behind: process))?.map { HeldSession(row: $0) }
    }

    /// The only session of the access node that may have a transaction on a data node; nil where nobody can tell.
    package func session(of snapshot: OpenSnapshot) async -> HeldSession? {
        guard snapshot.age != nil, let rows = await ask(nil, snapshot.sessions), rows.count == 1 else { return nil }
        return HeldSession(row: rows[0])
    }

    /// For whom waits on data nodes what is done with a chunk. A node that does not answer tells of nobody.
    ///
    /// - Parameter operation: the copy that is made meanwhile; nil for none.
    package func blocks(of operation: String?, _ chunk: TableName, on nodes: [DataNode]) async -> [HoldBlock] {
        let asked = nodes.map { node in
            Task {
                let rows = await ask(node, HoldBlock.query(operation: operation, chunk: chunk.name))
                return (rows ?? []).map { HoldBlock(row: $0, on: node) }
            }
        }
        var blocks: [HoldBlock] = []
        for task in asked { blocks += await task.value }
        return blocks
    }

    /// Breaks off what is done with a chunk while writers are held, and nothing that comes behind it.
    ///
    /// - Parameters:
    ///   - process: of the session of the access node that holds.
    ///   - comparing: the sessions that compare, by the names of their nodes.
    package func breakOff(
        _ operation: String?, _ chunk: TableName, of process: Int, comparing: [String: Int], on nodes: [DataNode]
    ) async {
        if let operation { await cancel(operation) }
        _ = await ask(nil, ChunkCopySQL.breaking(process, chunk: chunk))
        for node in nodes {
            guard let session = comparing[node.name] else { continue }
            _ = await ask(node, HoldBlock.breaking([session], chunk: chunk.name))
        }
    }

    /// Whether a transaction is still open that something waited for. One that is prepared, or on a node that does not tell,
    /// counts as over.
    ///
    /// - Parameter node: nil for the access node.
    package func isOpen(_ block: HoldBlock, on node: DataNode?) async -> Bool {
        guard block.pid != 0, let rows = await ask(node, block.isStillOpen) else { return false }
        return !rows.isEmpty
    }

    /// The nodes among some that have something prepared that may be in doubt. One that does not answer is none of them.
    package func doubtful(among nodes: [DataNode]) async -> [DataNode] {
        var doubtful: [DataNode] = []
        for node in nodes {
            if let rows = await ask(node, PreparedWriter.oldest), PreparedWriter.areDoubts(rows, on: node) {
                doubtful.append(node)
            }
        }
        return doubtful
    }

    /// Whether a copy has made its replication slots, for each of which it waits until all is over that was open on the source.
    package func hasSlots(_ operation: String, from source: DataNode, to destination: DataNode) async -> Bool {
        guard let row = await ask(destination, CopySlots.query(operation))?.first, let slots = CopySlots(row: row)
        else { return false }
        guard slots.areNeeded else { return true }
        return await ask(source, slots.areMade)?.first?["made"] == "t"
    }
}
