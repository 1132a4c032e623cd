/// What came of one move of a chunk.
package struct ChunkMoveResult: Sendable, Equatable {
    package enum State: String, Sendable {
        case moved, copied, dropped
        /// The chunk was dropped meanwhile.
        case gone
        /// Another has moved it off its source meanwhile, and nothing more is wanted.
        case elsewhere
    }

    package let state: State
    /// How many rows were compared; nil where an earlier run has compared them.
    package let rows: Int?
    /// How long writers waited.
    package let held: Duration?

    package init(_ state: State, rows: Int? = nil, held: Duration? = nil) {
        self.state = state
        self.rows = rows
        self.held = held
    }
}
