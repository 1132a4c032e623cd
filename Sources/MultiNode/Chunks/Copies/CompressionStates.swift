/// Which of the copies of a chunk, and the access node, have it as compressed.
package struct CompressionStates: Sendable, Equatable {
    /// Nil in versions that do not know.
    package let onAccessNode: Bool?
    /// By node, of those that tell.
    package let copies: [String: Bool]
    /// The nodes of those that note rows which were added since they were compressed.
    package let noting: Set<String>

    package init(onAccessNode: Bool?, copies: [String: Bool], noting: Set<String> = []) {
        (self.onAccessNode, self.copies, self.noting) = (onAccessNode, copies, noting)
    }

    /// The nodes of compressed copies that do not note added rows, as others do: a copy of TimescaleDB's before 2.11 loses that.
    package var forgetful: [String] {
        noting.isEmpty ? [] : copies.filter { $0.value && !noting.contains($0.key) }.map(\.key).sorted()
    }

    /// What is told of chunks of a hypertable that have such copies.
    package static func forgetting(
        _ table: TableName, _ chunks: [(name: TableName, states: CompressionStates)]
    ) -> Finding? {
        let chunks = chunks.sorted { $0.name.quoted < $1.name.quoted }
        guard let first = chunks.first else { return nil }
        let which =
            chunks.count == 1
            ? "of its chunk \(first.name.shownName) the copy"
            : "of \(chunks.count) of its chunks, as of \(first.name.shownName), the copy"
        return Finding(
            .warning, table.description,
            "\(which) on \(first.states.forgetful.listed) has lost the note that rows were added since it was compressed, which "
                + "\(first.states.noting.sorted().listed) \(first.states.noting.count == 1 ? "has" : "have"): what this version "
                + "of TimescaleDB reads there may be in a wrong order, and no copy can be proved",
            remedy: UnnotedRows.remedy(chunks.map(\.name)))
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
    private var states: [Int: Int] = [:]

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

    /// For a data node: what its compressed chunks of distributed hypertables come to, one value; NULL, or no row, in versions
    /// that do not know. It is the access node's of that node (``ClusterCounts/compressed``) where both have the same ones.
    package static let sum: SQL = """
        SELECT \(raw: sum(of: "c.id", where: "c.status & 1 <> 0")) AS compressed
          FROM (SELECT c.id, (pg_catalog.to_jsonb(c) ->> 'status')::int AS status
                  FROM _timescaledb_catalog.chunk c
                  JOIN _timescaledb_catalog.hypertable h ON h.id = c.hypertable_id
                 WHERE NOT c.dropped AND h.replication_factor = -1) c
        HAVING pg_catalog.count(*) = pg_catalog.count(c.status)
        """

    /// Of numbers that a condition chooses, what is the same for the same ones alone, as far as chance goes.
    static func sum(of number: SQL, where condition: SQL) -> SQL {
        """
        pg_catalog.concat_ws(
            ' ', pg_catalog.count(*) FILTER (WHERE \(raw: condition)),
            pg_catalog.sum(\(raw: number)) FILTER (WHERE \(raw: condition)),
            pg_catalog.sum(pg_catalog.hashint4(\(raw: number))) FILTER (WHERE \(raw: condition)))
        """
    }

    /// - Parameter rows: of ``all``.
    /// - Returns: nil where the server does not know.
    package static func numbers(_ rows: [[String: String?]]) -> Set<Int>? {
        rows.first.map { Set(Row($0).array("chunks").compactMap { Int($0) }) }
    }

    /// - Parameter row: of ``list(_:)``.
    package mutating func take(_ row: [String: String?]) {
        let row = Row(row)
        states[row.integer("chunk")] = row.optionalInteger("status")
    }

    /// Whether the server notes rows that were added to a chunk since it was compressed.
    package func notesAddedRows(_ number: Int) -> Bool { states[number].map { $0 & UnnotedRows.added != 0 } ?? false }

    /// Nil where the server has no such chunk, or does not know.
    package subscript(number: Int) -> Bool? { states[number].map { $0 & 1 != 0 } }
}
