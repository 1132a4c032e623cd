import ClusterAccess
import MultiNode

/// What `check` finds of chunks that are compressed for some of the access node and its nodes alone, or of which some copies
/// have lost the note that rows were added.
enum CompressionFindings {
    /// Looks again at what seemed to be so: a job may compress chunks at this moment, and the access node and its nodes commit
    /// one behind the other.
    ///
    /// - Parameters:
    ///   - suspects: by hypertable and node, the numbers of the chunks there.
    ///   - nodes: those that tell.
    ///   - withNotes: whether copies can lose that note in this version.
    static func list(
        _ suspects: [TableName: [String: Set<Int>]], _ cluster: Cluster, among nodes: [DataNode], withNotes: Bool
    ) async throws(ClusterError) -> [Finding] {
        var choice = Chunk.Choice()
        choice.tables = try await cluster.chunkedTables().filter { suspects[$0.table] != nil }.map(\.id)
        let chunks = try await cluster.chunks(choice).filter { chunk in
            chunk.copies.contains { suspects[chunk.table]?[$0.node]?.contains($0.number) == true }
        }
        let unlike = try await cluster.compressedUnlike(chunks, among: nodes, withNotes: withNotes)
        let left = Dictionary(grouping: chunks.filter { unlike[$0.id] != nil }, by: \.table)
        return left.sorted { $0.key.quoted < $1.key.quoted }.flatMap { table, chunks in
            let found = chunks.compactMap { chunk in unlike[chunk.id].map { (name: chunk.name, states: $0) } }
            return [
                CompressionStates.finding(table, found.filter { !$0.states.areAlike }),
                CompressionStates.forgetting(table, found.filter(\.states.areAlike)),
            ].compactMap(\.self)
        }
    }
}
