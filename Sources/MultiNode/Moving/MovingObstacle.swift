/// Something that stands in the way of moves of chunks, or that they will wait for.
package struct MovingObstacle: Sendable, Equatable {
    /// The access node, a data node, a hypertable or a chunk.
    package let place: String
    package let text: String
    /// What to do about it; empty where there is nothing to do.
    package let remedy: String
    /// Whether the moves must not begin: they would hang, or fail when all is copied.
    package let isBlocking: Bool
    /// Whether it may be a distributed transaction in doubt on a node, which healing ends.
    package let isDoubt: Bool
    /// The numbers of the chunks whose moves it concerns.
    package let chunks: [Int]

    package init(
        _ place: String, _ text: String, remedy: String, isBlocking: Bool = true, isDoubt: Bool = false, chunks: [Int]
    ) {
        (self.place, self.text, self.remedy) = (place, text, remedy)
        (self.isBlocking, self.isDoubt, self.chunks) = (isBlocking, isDoubt, chunks)
    }
}

/// What was found out before chunks are moved.
package struct MovingPreflight: Sendable {
    package private(set) var obstacles: [MovingObstacle]
    /// How much may go on at once, by the name of the node; those that were not asked, or did not answer, are missing.
    package let limits: [String: MovingLimits]
    /// The nodes on which parts of distributed transactions are prepared, whose end copies may wait for.
    package let preparing: Set<String>

    package init(obstacles: [MovingObstacle], limits: [String: MovingLimits], preparing: Set<String> = []) {
        self.obstacles = obstacles
        self.limits = limits
        self.preparing = preparing
    }

    /// Notes that nothing is in doubt on these nodes any more.
    package mutating func healed(_ nodes: Set<String>) {
        obstacles.removeAll { $0.isDoubt && nodes.contains($0.place) }
    }

    /// The numbers of the chunks that must not be moved as things are.
    package var blockedChunks: Set<Int> { Set(obstacles.filter(\.isBlocking).flatMap(\.chunks)) }
}
