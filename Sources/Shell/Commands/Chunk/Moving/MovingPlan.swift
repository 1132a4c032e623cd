import MultiNode

/// What a command that moves chunks is going to do.
struct MovingPlan {
    struct Stuck {
        let chunk: Chunk
        let reason: String
        let remedy: String?

        init(_ chunk: Chunk, _ reason: String, remedy: String? = nil) {
            self.chunk = chunk
            self.reason = reason
            self.remedy = remedy
        }
    }

    /// In their order.
    var moves: [ChunkMove] = []
    /// Those that the moves are about.
    var chunks: [Chunk] = []
    /// All data nodes.
    var nodes: [DataNode] = []
    /// Sent once, before the first move.
    var before = Plan()
    /// What is as it is wanted already.
    var unchanged: [String] = []
    /// What is to be known of the whole.
    var notes: [String] = []
    /// What can be done when all of it is done, by what is so then.
    var afterwards: [(when: String, advice: String)] = []
    /// What can't be done.
    var stuck: [Stuck] = []

    init() {}

    /// The nodes that moves name.
    var names: Set<String> { Set(moves.map(\.source)).union(destinations) }

    /// The nodes that get copies.
    var destinations: Set<String> { Set(moves.compactMap(\.destination)) }
}
