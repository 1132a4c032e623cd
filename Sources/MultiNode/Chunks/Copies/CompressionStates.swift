/// Which of the copies of a chunk, and the access node, have it as compressed.
package struct CompressionStates: Sendable, Equatable {
    /// Nil in versions that do not know.
    package let onAccessNode: Bool?
    /// By node, of those that tell.
    package let copies: [String: Bool]

    package init(onAccessNode: Bool?, copies: [String: Bool]) {
        (self.onAccessNode, self.copies) = (onAccessNode, copies)
    }

    /// Who has the chunk as compressed, and who has not.
    package var text: String {
        let all = copies.map { ($0.key, $0.value) } + (onAccessNode.map { [("the access node", $0)] } ?? [])
        func names(_ isCompressed: Bool) -> String { all.filter { $0.1 == isCompressed }.map(\.0).sorted().listed }
        return "compressed for \(names(true)), not for \(names(false))"
    }

    /// What is told of chunks of a hypertable that are so for some, and not for others.
    package static func finding(_ table: TableName, _ chunks: [(name: TableName, states: CompressionStates)])
        -> Finding?
    {
        guard let first = chunks.min(by: { $0.name.quoted < $1.name.quoted }) else { return nil }
        let (which, those) =
            chunks.count == 1
            ? ("its chunk \(first.name.shownName) is", "it")
            : ("\(chunks.count) of its chunks are not compressed alike, as \(first.name.shownName), which is", "them")
        return Finding(
            .warning, table.description,
            "\(which) \(first.states.text): TimescaleDB neither compresses nor decompresses \(those) any more, and no copy of "
                + "\(those) can be proved",
            remedy: "hypertable repair \(Quoting.word(table.description))")
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

    /// For a data node: all that are compressed there; one row with the array `chunks`, none in versions that do not know.
    package static let all: SQL = """
        SELECT pg_catalog.array_agg(c.id) FILTER (WHERE c.status & 1 <> 0) AS chunks
          FROM (SELECT c.id, (pg_catalog.to_jsonb(c) ->> 'status')::int AS status
                  FROM _timescaledb_catalog.chunk c
                 WHERE NOT c.dropped) c
        HAVING pg_catalog.bool_and(c.status IS NOT NULL)
        """

    /// - Parameter rows: of ``all``.
    /// - Returns: nil where the server does not know.
    package static func numbers(_ rows: [[String: String?]]) -> Set<Int>? {
        rows.first.map { Set(Row($0).array("chunks").compactMap { Int($0) }) }
    }

    /// - Parameter row: of ``list(_:)``.
    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        states[row.integer("chunk")] = ChunkStanding.isCompressed(row["status"])
    }

    /// Nil where the server has no such chunk, or does not know.
    package subscript(number: Int) -> Bool? { states[number] }
}
