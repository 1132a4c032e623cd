/// What a data node tells about its copy of a chunk.
package struct CopyFacts: Sendable, Equatable {
    private let ownNumber: Int32
    private let compressed: Bool
    /// On disk, with indexes, TOAST and compressed rows.
    package let bytes: Int64

    /// - Parameter row: of ``list(_:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        ownNumber = Int32(clamping: row.integer("chunk"))
        bytes = row["bytes"].flatMap { Int64($0) } ?? 0
        compressed = row.flag("compressed")
    }

    /// The number of the chunk there.
    package var number: Int { Int(ownNumber) }
    package var isCompressed: Bool { compressed }

    /// For a data node: one row for each of the chunks that is there.
    ///
    /// - Parameter numbers: of the chunks there.
    package static func list(_ numbers: [Int]) -> SQL {
        """
        SELECT n.id AS chunk, c.compressed_chunk_id IS NOT NULL AS compressed,
               COALESCE(pg_catalog.pg_total_relation_size(t.oid), 0)
                   + COALESCE(pg_catalog.pg_total_relation_size(kt.oid), 0) AS bytes
          FROM pg_catalog.unnest(\(ArrayText.text(numbers), type: "int[]")) AS n (id)
          JOIN _timescaledb_catalog.chunk c ON c.id = n.id AND NOT c.dropped
          JOIN pg_catalog.pg_namespace s ON s.nspname = c.schema_name
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid AND t.relname = c.table_name
          LEFT JOIN _timescaledb_catalog.chunk k ON k.id = c.compressed_chunk_id
          LEFT JOIN pg_catalog.pg_namespace ks ON ks.nspname = k.schema_name
          LEFT JOIN pg_catalog.pg_class kt ON kt.relnamespace = ks.oid AND kt.relname = k.table_name
        """
    }

    /// For a data node: how many rows there are, compressed ones with them.
    package static func count(of chunk: TableName) -> SQL {
        "SELECT pg_catalog.count(*) AS rows FROM \(qualified: chunk)"
    }

    /// For a data node: when the server last wrote one of the files that hold the rows; one column, for which it takes
    /// the right to look at files. What is written reaches the file by the next checkpoint.
    package static func lastWritten(_ number: Int) -> SQL {
        """
        SELECT \(raw: .iso("w.last_written")) AS last_written FROM (
        SELECT pg_catalog.max((pg_catalog.pg_stat_file(
                   f.path || CASE WHEN g.part = 0 THEN '' ELSE '.' || g.part END, true)).modification) AS last_written
          FROM _timescaledb_catalog.chunk c
          LEFT JOIN _timescaledb_catalog.chunk k ON k.id = c.compressed_chunk_id
          JOIN pg_catalog.pg_namespace s ON s.nspname IN (c.schema_name, k.schema_name)
          JOIN pg_catalog.pg_class t ON t.relnamespace = s.oid
               AND ((s.nspname = c.schema_name AND t.relname = c.table_name)
                    OR (s.nspname = k.schema_name AND t.relname = k.table_name))
         CROSS JOIN LATERAL (SELECT pg_catalog.pg_relation_filepath(t.oid) AS path) f
         CROSS JOIN LATERAL pg_catalog.generate_series(0, pg_catalog.pg_relation_size(t.oid) / 1073741824) AS g (part)
         WHERE c.id = \(number) AND NOT c.dropped) w
        """
    }
}

/// What a data node tells about its copies; what is not there is not in it.
package struct CopyFactsList: Sendable, Equatable {
    /// By number.
    private var facts: [CopyFacts]

    package init(_ facts: [CopyFacts] = []) {
        self.facts = facts
        sort()
    }

    /// - Parameter count: of those that are to be taken.
    package init(capacity count: Int) {
        self.init()
        facts.reserveCapacity(count)
    }

    /// - Parameter row: of ``CopyFacts/list(_:)``.
    package mutating func take(_ row: [String: String?]) { facts.append(CopyFacts(row: row)) }

    /// To be called behind the last.
    package mutating func sort() { facts.sort { $0.number < $1.number } }

    /// Of the copy that has this number there.
    package subscript(number: Int) -> CopyFacts? { facts.element(numbered: number, by: \.number) }
}
