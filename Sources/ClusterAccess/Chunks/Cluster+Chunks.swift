package import MultiNode
import Postgres

/// The chunks of the distributed hypertables, and their copies on the data nodes.
extension Cluster {
    package func chunkedTables() async throws(ClusterError) -> [ChunkedTable] {
        _ = try await capabilities()
        return try await send(ChunkedTable.list).records.map { ChunkedTable(row: $0) }
    }

    /// The chunks as the access node has them; none in the emulator, which keeps none.
    ///
    /// - Parameter withRanges: whether the ends of their ranges are kept.
    package func chunks(_ choice: Chunk.Choice, withRanges: Bool = true) async throws(ClusterError) -> [Chunk] {
        let capabilities = try await capabilities()
        if capabilities.isEmulated { return [] }
        return try await collect(
            Chunk.list(choice, capabilities), on: try await link(), into: ChunkRows(withRanges: withRanges)
        ) { $0.take($1) }.chunks()
    }

    /// How often a node is asked for all its copies: the question locks each of them, and so falls out with who locks several in
    /// another order, as one that compresses chunks does.
    private static let factsAttempts = 5

    /// What a node tells about copies.
    ///
    /// - Parameter numbers: of the chunks there.
    func facts(
        of numbers: [Int], _ node: DataNode, on link: any Link
    ) async throws(ClusterError) -> CopyFactsList {
        for _ in 1..<Self.factsAttempts {
            do throws(ClusterError) {
                return try await factsAtOnce(of: numbers, node, on: link)
            } catch  where error.mayPass {
                continue
            }
        }
        return try await factsAtOnce(of: numbers, node, on: link)
    }

    private func factsAtOnce(
        of numbers: [Int], _ node: DataNode, on link: any Link
    ) async throws(ClusterError) -> CopyFactsList {
        var list = try await collect(
            CopyFacts.list(numbers), on: link, node: node.name, timeout: .seconds(60),
            into: CopyFactsList(capacity: numbers.count)
        ) { $0.take($1) }
        list.sort()
        return list
    }

    /// What the nodes tell about their copies of chunks: each is asked once, side by side.
    ///
    /// - Parameters:
    ///   - chosen: the names of the nodes to ask; nil for all that have one.
    ///   - nodes: the data nodes.
    package func facts(
        of chunks: [Chunk], on chosen: Set<String>? = nil, among nodes: [DataNode]
    ) async -> [Answer<DataNode, CopySurvey.Facts>] {
        var numbers: [String: [Int]] = [:]
        for chunk in chunks {
            for copy in chunk.copies where chosen?.contains(copy.node) ?? true {
                numbers[copy.node, default: []].append(copy.number)
            }
        }
        let wanted = numbers
        return await onEach(nodes.holding(wanted.keys)) { node throws(ClusterError) in
            if node.isGone { throw ClusterError(gone: node.name) }
            return try await asking(node, timeout: limitedForQuestion().timeLeft) { link throws(ClusterError) in
                try await facts(of: wanted[node.name] ?? [], node, on: link)
            }
        }
    }
}

/// What the nodes that answered have of chunks.
package struct CopySurvey: Sendable {
    /// By the number of the chunk on the node.
    package typealias Facts = CopyFactsList

    private let facts: [String: Facts]

    package init(_ answers: [Answer<DataNode, Facts>]) {
        let pairs = answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }
        facts = Dictionary(pairs) { first, _ in first }
    }

    /// Nil if the node did not answer.
    package func has(_ copy: Chunk.Copy) -> Bool? { facts[copy.node].map { $0[copy.number] != nil } }

    /// Nil if the node did not answer, or lacks the copy.
    package subscript(copy: Chunk.Copy) -> CopyFacts? { facts[copy.node]?[copy.number] }

    /// The bytes of several copies together; nil if one is not known.
    package func bytes(of copies: [Chunk.Copy]) -> Int64? {
        var sum: Int64 = 0
        for copy in copies {
            guard let facts = self[copy] else { return nil }
            sum += facts.bytes
        }
        return sum
    }

    /// Whether the chunk has fewer copies than it should have. One that the access node has, and that its node lacks, is
    /// none; what a node does not tell counts as it is in the catalog.
    package func isUnderReplicated(_ chunk: Chunk) -> Bool {
        chunk.copies.count { has($0) ?? true } < chunk.replicationFactor
    }

    /// Whether the chunk is compressed: as the access node says or, where it does not know, its copies.
    package func isCompressed(_ chunk: Chunk) -> Bool? {
        if let known = chunk.isCompressed { return known }
        let states = Set(chunk.copies.compactMap { self[$0]?.isCompressed })
        return states.count == 1 ? states.first : nil
    }
}

extension [DataNode] {
    /// The nodes of these names, by name; a name that no data node has any more stands for a node that is gone.
    package func holding(_ names: some Sequence<String>) -> [DataNode] {
        let known = Dictionary(map { ($0.name, $0) }) { first, _ in first }
        return Set(names).sorted().map { known[$0] ?? DataNode(name: $0, host: "", database: "") }
    }
}

extension DataNode {
    /// Whether the catalog has the name, and there is no server of it.
    package var isGone: Bool { host.isEmpty && database.isEmpty }
}

extension ClusterError {
    package init(gone name: String) {
        self.init(
            "the access node's catalog has chunks on \(name), and there is no data node of that name any more",
            node: name, remedy: "'check' says what became of it")
    }
}
