package import MultiNode
import Platform

extension Cluster {
    /// How often what does not agree is looked at: the nodes and the access node commit one behind the other.
    private static let looks = 4
    private static let pause: Duration = .milliseconds(500)

    /// The chunks that are compressed for some of the access node and the nodes of their copies, and not for others: at each of
    /// several looks. Nodes that do not answer are left out.
    ///
    /// - Parameters:
    ///   - nodes: the data nodes.
    ///   - withNotes: whether those are told, too, of which some copies note added rows, and others do not.
    /// - Returns: by the numbers of the chunks.
    package func compressedUnlike(
        _ chunks: [Chunk], among nodes: [DataNode], withNotes: Bool = false
    ) async throws(ClusterError) -> [Int: CompressionStates] {
        var left = chunks
        for look in 1... {
            if left.isEmpty { break }
            let states = try await compressionStates(of: left, among: nodes)
            left = left.filter { chunk in
                states[chunk.id].map { !$0.areAlike || withNotes && !$0.forgetful.isEmpty } ?? false
            }
            if look == Self.looks {
                return Dictionary(left.compactMap { chunk in states[chunk.id].map { (chunk.id, $0) } }) { $1 }
            }
            if left.isEmpty { break }
            guard (try? await EventLoop.shared.sleep(until: .now + Self.pause)) != nil else { throw .interrupted }
        }
        return [:]
    }

    private func compressionStates(
        of chunks: [Chunk], among nodes: [DataNode]
    ) async throws(ClusterError) -> [Int: CompressionStates] {
        var numbers: [String: [Int]] = [:]
        for chunk in chunks {
            for copy in chunk.copies { numbers[copy.node, default: []].append(copy.number) }
        }
        let wanted = numbers
        let answers = await onEach(nodes.filter { wanted[$0.name] != nil }) { node throws(ClusterError) in
            try await asking(node, timeout: limitedForQuestion().timeLeft) { link throws(ClusterError) in
                try await collect(
                    CompressedChunks.list(wanted[node.name] ?? []), on: link, node: node.name, timeout: .seconds(60),
                    into: CompressedChunks()
                ) { $0.take($1) }
            }
        }
        let told = Dictionary(answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }) { $1 }
        let own = try await collect(
            CompressedChunks.list(chunks.map(\.id)), on: try await link(), into: CompressedChunks()
        ) { $0.take($1) }
        let states = chunks.map { chunk in
            let copies = chunk.copies.compactMap { copy in
                told[copy.node]?[copy.number].map { (copy.node, $0) }
            }
            let noting = chunk.copies.filter { told[$0.node]?.notesAddedRows($0.number) == true }.map(\.node)
            return (
                chunk.id,
                CompressionStates(
                    onAccessNode: own[chunk.id], copies: Dictionary(copies) { $1 }, noting: Set(noting))
            )
        }
        return Dictionary(states) { $1 }
    }
}
