/// Why the copy of a chunk is kept on the target that the access node's catalog has not any more: nothing tells that the source
/// has dropped it on purpose, and then the copy is all that is left of it.
package enum LostSource: Sendable, Equatable {
    /// The node that it was copied from is no data node any more, or another one bears its name.
    case node(String)
    /// A node is no data node any more to which it may have been moved since it was copied.
    case perhaps(String)
    /// The access node has not given the chunk's number yet, or has given it to another one: an older state of it was brought back.
    case accessNode
    /// An earlier tscl has copied it, and nothing tells whether an older state of the access node was brought back since.
    case unmarked
    /// The node that it was copied from has it still.
    case isThere(String)
    /// That node does not answer.
    case silent(String)
    /// The catalog has it still, and none of its nodes answers.
    case unreached([String])

    /// What became of the source, behind its number of chunks.
    package var reason: String {
        switch self {
        case .node(let node): "the source lost it with \(node)"
        case .perhaps(let node):
            "the source has it no more, and may have lost it with \(node), where it may have been since it was copied"
        case .accessNode: "the access node is older than the copy, as where it was restored from a backup"
        case .unmarked:
            "an earlier tscl has copied it, and nothing tells whether the access node was restored from a backup since"
        case .isThere(let node): "\(node) has it still, and the access node has not"
        case .silent(let node): "\(node) does not tell whether it was dropped on purpose"
        case .unreached(let nodes): "\(nodes.joined(separator: " and ")) may be lost"
        }
    }

    /// For the access node: the number that it gave a chunk last; one value.
    package static let lastNumber: SQL = "SELECT last_value FROM _timescaledb_catalog.chunk_id_seq"

    /// For a data node: for each of some chunks `schema`, `name`, the database's identity, `uuid`, and whether there is anything of
    /// that name still, `is_there`.
    package static func looks(for chunks: [TableName]) -> SQL {
        """
        SELECT w.schema, w.name, \(raw: SourceReading.identity) AS uuid,
               pg_catalog.to_regclass(pg_catalog.format('%I.%I', w.schema, w.name)) IS NOT NULL AS is_there
          FROM ROWS FROM (pg_catalog.unnest(\(chunks.map { $0.schema ?? "public" }, type: "name[]")),
                          pg_catalog.unnest(\(chunks.map(\.name), type: "name[]"))) AS w (schema, name)
        """
    }

    /// What is concluded from the access node alone, which is not the target.
    ///
    /// - Parameter marks: that it has.
    /// - Returns: nil where it has the copy's mark: what it has not any more was there.
    package static func missing(_ marks: Set<String>, of record: MigratedChunk) -> LostSource? {
        guard let mark = record.accessMark else { return .unmarked }
        return marks.contains(mark) ? nil : .accessNode
    }

    /// What is concluded from a node's answer.
    ///
    /// - Parameter row: of ``looks(for:)``.
    /// - Returns: nil where the source has dropped it on purpose.
    package static func found(_ row: [String: String?], of record: MigratedChunk, on node: String) -> LostSource? {
        let row = Row(row)
        guard let identity = record.nodeIdentity, row["uuid"] == identity else { return .node(node) }
        return row.flag("is_there") ? .isThere(node) : nil
    }

    /// Whether two chunks have a part of their ranges in common: then the target takes only one of them.
    ///
    /// - Parameters: `{"column": [from, to]}`, as ``SourceChunk/slices`` has it.
    package static func overlap(_ one: String, _ other: String) -> Bool {
        let (one, other) = (ranges(one), ranges(other))
        return one.allSatisfy { column, range in
            other[column].map { range.from < $0.to && $0.from < range.to } ?? true
        }
    }

    private static func ranges(_ slices: String) -> [Substring: (from: Int, to: Int)] {
        let found = slices.matches(of: #/("(?:[^"\\]|\\.)*")\s*:\s*\[\s*(-?\d+)\s*,\s*(-?\d+)\s*\]/#)
        let pairs = found.map { ($0.1, (from: Int($0.2) ?? .min, to: Int($0.3) ?? .max)) }
        return Dictionary(pairs) { first, _ in first }
    }
}

extension MigratedChunk {
    /// Whether there is a copy on the target that would be lost with the record.
    package var holdsCopy: Bool { target != nil && isThere }

    /// For the target, before a node that is gone for good is taken out of the catalog: of these chunks nothing is left but the
    /// copy, wherever it was read. A node without an identity is none that could tell of them.
    package static func lose(_ chunks: [Int], with node: String, ofCluster cluster: String) -> SQL {
        """
        UPDATE tscl_migrate.chunk SET node = \(node, type: "text"), node_uuid = NULL
         WHERE cluster = \(cluster, type: "text") AND source_id = ANY (\(chunks.map(String.init), type: "int[]"))
           AND target_name IS NOT NULL
        """
    }
}
