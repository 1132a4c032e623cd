/// Finds what stands in the way of moves of chunks, from what the access node and the data nodes tell.
package struct MovingCheck: Sendable {
    /// What a data node tells.
    package struct Answer: Sendable {
        package let facts: NodeMovingFacts
        package let contents: NodeMovingContents
        package let server: ServerIdentity?
        /// Those of the access node's sessions there, and of the worker that gets rows from there.
        package let limits: [SessionLimit]

        package init(
            _ facts: NodeMovingFacts, _ contents: NodeMovingContents, server: ServerIdentity?,
            limits: [SessionLimit] = []
        ) {
            (self.facts, self.contents, self.server) = (facts, contents, server)
            self.limits = limits
        }
    }

    let moves: [ChunkMove]
    let chunks: [Int: Chunk]
    let nodes: [String: DataNode]
    let catalog: MovingCatalog
    let answers: [String: Answer]
    /// Whether this version keeps the status of a chunk whose compressed rows have others beside them.
    let keepsStatus: Bool
    /// Of chunks that were looked at again on the access node, by their numbers.
    let statuses: [Int: String]
    /// The nodes on which tscl's own connection is another role than the access node's.
    let otherRoles: Set<String>

    package init(
        _ moves: [ChunkMove], _ chunks: [Int: Chunk], among nodes: [DataNode], _ catalog: MovingCatalog,
        answers: [String: Answer], _ capabilities: Capabilities, otherRoles: Set<String> = [],
        statuses: [Int: String] = [:]
    ) {
        (self.moves, self.chunks, self.catalog, self.answers) = (moves, chunks, catalog, answers)
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        keepsStatus = capabilities.keepsStatusOfCopies
        self.otherRoles = otherRoles
        self.statuses = statuses
    }

    var copies: [ChunkMove] { moves.filter { $0.kind != .drop } }

    /// The nodes that the moves name.
    package var names: [String] {
        var names: Set<String> = []
        for move in moves {
            names.insert(move.source)
            if let destination = move.destination { names.insert(destination) }
        }
        return names.sorted()
    }

    package var obstacles: [MovingObstacle] {
        ofNodes + ofPlaces + ofCapacity + ofLimits + ofContents + ofChunks + ofWaits + ofPublications
    }

    /// How much may go on at once on each node that answered. Nodes on one server share what it has.
    package var limits: [String: MovingLimits] {
        let used = names.compactMap { name in answers[name].map { (name: name, answer: $0) } }
        return Dictionary(
            used.map { name, answer in
                let sharers = used.filter { other in
                    guard let theirs = other.answer.server, let own = answer.server else { return other.name == name }
                    return theirs.isSame(as: own)
                }
                return (name, MovingLimits(answer.facts, sharers: sharers.count))
            }
        ) { first, _ in first }
    }

    /// One obstacle for each key that moves have, with the chunks of all that have it, in the order of the moves.
    func grouped<Key: Hashable>(
        _ moves: [ChunkMove], by key: (ChunkMove) -> Key?, _ obstacle: (Key, [Int]) -> MovingObstacle?
    ) -> [MovingObstacle] {
        var order: [Key] = []
        var groups: [Key: [Int]] = [:]
        for move in moves {
            guard let key = key(move) else { continue }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(move.chunk)
        }
        return order.compactMap { obstacle($0, groups[$0] ?? []) }
    }

    /// The moves that a node is an end of.
    func moves(naming node: String) -> [Int] {
        moves.filter { $0.source == node || $0.destination == node }.map(\.chunk)
    }

    /// The names of chunks for a sentence.
    func names(of numbers: [Int]) -> String { numbers.compactMap { chunks[$0]?.name.description }.listed }
}
