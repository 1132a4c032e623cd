/// Which of the copies of a chunk, and the access node, have it as compressed.
package struct CompressionStates: Sendable, Equatable {
    /// Nil in versions that do not know.
    package let onAccessNode: Bool?
    /// By node, of those that tell.
    package let copies: [String: Bool]

    package init(onAccessNode: Bool?, copies: [String: Bool]) {
        (self.onAccessNode, self.copies) = (onAccessNode, copies)
    }

    package var areAlike: Bool { Set(copies.values).union([onAccessNode].compactMap(\.self)).count < 2 }
}

/// Which chunks a server has as compressed.
package struct CompressedChunks: Sendable, Equatable {
    private var states: [Int: Bool] = [:]

    package init() {}

    /// For the access node, and for a data node: a row for each of the chunks that is there, `chunk` and `status`.
    ///
    /// - Parameter numbers: of the chunks there.
    package static func list(_ numbers: [Int]) -> SQL {
        """
        SELECT c.id AS chunk, pg_catalog.to_jsonb(c) ->> 'status' AS status
          FROM _timescaledb_catalog.chunk c
         WHERE c.id = ANY (\(ArrayText.text(numbers), type: "int[]")) AND NOT c.dropped
        """
    }

    /// - Parameter row: of ``list(_:)``.
    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        states[row.integer("chunk")] = ChunkStanding.isCompressed(row["status"])
    }

    /// Nil where the server has no such chunk, or does not know.
    package subscript(number: Int) -> Bool? { states[number] }
}
