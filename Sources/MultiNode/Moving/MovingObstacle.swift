/// Something that stands in the way of moves of chunks, or that they will wait for.
package struct MovingObstacle: Sendable, Equatable {
    /// The access node, a data node, a hypertable or a chunk.
    package let place: String
    package let text: String
    /// What to do about it; empty where there is nothing to do.
    package let remedy: String
    /// Whether the moves must not begin: they would hang, or fail when all is copied.
    package let isBlocking: Bool
    /// The numbers of the chunks whose moves it concerns.
    package let chunks: [Int]

    package init(_ place: String, _ text: String, remedy: String, isBlocking: Bool = true, chunks: [Int]) {
        (self.place, self.text, self.remedy) = (place, text, remedy)
        (self.isBlocking, self.chunks) = (isBlocking, chunks)
    }
}

/// What was found out before chunks are moved.
package struct MovingPreflight: Sendable {
    package let obstacles: [MovingObstacle]
    /// How much may go on at once, by the name of the node; those that were not asked, or did not answer, are missing.
    package let limits: [String: MovingLimits]

    package init(obstacles: [MovingObstacle], limits: [String: MovingLimits]) {
        self.obstacles = obstacles
        self.limits = limits
    }

    /// The numbers of the chunks that must not be moved as things are.
    package var blockedChunks: Set<Int> { Set(obstacles.filter(\.isBlocking).flatMap(\.chunks)) }
}
