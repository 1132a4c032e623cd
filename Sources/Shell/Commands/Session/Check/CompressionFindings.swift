import ClusterAccess
import MultiNode

/// What `check` finds of chunks that are compressed for some of the access node and its nodes alone.
enum CompressionFindings {
    /// Looks again at what seemed to be so: a job may compress chunks at this moment, and the access node and its nodes commit
    /// one behind the other.
    ///
    /// - Parameters:
    ///   - suspects: by hypertable and node, the numbers of the chunks there.
    ///   - nodes: those that tell.
    static func list(
        _ suspects: [TableName: [String: Set<Int>]], _ cluster: Cluster, among nodes: [DataNode]
    ) async throws(ClusterError) -> [Finding] {
        var choice = Chunk.Choice()
        choice.tables = try await cluster.chunkedTables().filter { suspects[$0.table] != nil }.map(\.id)
        let chunks = try await cluster.chunks(choice).filter { chunk in
            chunk.copies.contains { suspects[chunk.table]?[$0.node]?.contains($0.number) == true }
        }
        let unlike = try await cluster.compressedUnlike(chunks, among: nodes)
        let left = Dictionary(grouping: chunks.filter { unlike[$0.id] != nil }, by: \.table)
        return left.sorted { $0.key.quoted < $1.key.quoted }.compactMap { table, chunks in
            CompressionStates.finding(
                table, chunks.compactMap { chunk in unlike[chunk.id].map { (chunk.name, $0) } })
        }
    }
}
