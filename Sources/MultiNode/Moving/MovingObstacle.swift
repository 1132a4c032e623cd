/// Something that stands in the way of moves of chunks, or that they will wait for.
package struct MovingObstacle: Sendable, Equatable {
    /// The access node, a data node, a hypertable or a chunk.
    package let place: String
    package let text: String
    /// What to do about it; empty where there is nothing to do.
    package let remedy: String
    /// Whether the moves must not begin: they would hang, or fail when all is copied.
    package let isBlocking: Bool
    /// The distributed transaction that may be in doubt on a node, which healing ends; nil for anything else.
    package let doubt: String?
    /// The numbers of the chunks whose moves it concerns.
    package let chunks: [Int]
    /// Whether the place lacks rows to which foreign keys of the chunks refer, which another node may have.
    package let isOfParents: Bool

    package init(
        _ place: String, _ text: String, remedy: String, isBlocking: Bool = true, doubt: String? = nil, chunks: [Int],
        isOfParents: Bool = false
    ) {
        self.isOfParents = isOfParents
        (self.place, self.text, self.remedy) = (place, text, remedy)
        (self.isBlocking, self.doubt, self.chunks) = (isBlocking, doubt, chunks)
    }
}

/// What was found out before chunks are moved.
package struct MovingPreflight: Sendable {
    package private(set) var obstacles: [MovingObstacle]
    /// How much may go on at once, by the name of the node; those that were not asked, or did not answer, are missing.
    package let limits: [String: MovingLimits]
    /// The nodes on which parts of distributed transactions are prepared, whose end copies may wait for.
    package let preparing: Set<String>
    /// The hypertables without a primary key of which chunks are copied.
    package let keyless: [TableName]

    package init(
        obstacles: [MovingObstacle], limits: [String: MovingLimits], preparing: Set<String> = [],
        keyless: [TableName] = []
    ) {
        self.obstacles = obstacles
        self.limits = limits
        self.preparing = preparing
        self.keyless = keyless
    }

    /// Notes what is still prepared on nodes that were asked again: what was in doubt may have been ended meanwhile.
    ///
    /// - Parameter prepared: by node; of those that are missing nothing is known.
    package mutating func look(again prepared: [String: Set<String>]) {
        obstacles.removeAll { obstacle in
            guard let doubt = obstacle.doubt, let left = prepared[obstacle.place] else { return false }
            return !left.contains(doubt)
        }
    }

    /// The nodes that lack rows to which foreign keys of chunks refer, by the numbers of their hypertables.
    ///
    /// - Parameter moved: the chunks, by their numbers.
    package func lacking(_ moved: [Int: Chunk]) -> [Int: Set<String>] {
        var lacking: [Int: Set<String>] = [:]
        for obstacle in obstacles where obstacle.isOfParents {
            for table in Set(obstacle.chunks.compactMap { moved[$0]?.tableID }) {
                lacking[table, default: []].insert(obstacle.place)
            }
        }
        return lacking
    }

    /// The numbers of the chunks that must not be moved as things are.
    package var blockedChunks: Set<Int> { Set(obstacles.filter(\.isBlocking).flatMap(\.chunks)) }
}
