import ClusterAccess
import MultiNode
import Postgres

/// Keeping rows of a chunk in a table beside its hypertable on a data node, before the chunk goes there.
struct AsideKeeping {
    let cluster: Cluster
    /// To the node.
    let link: any Link
    let node: String
    let chunk: TableName
    /// Of the chunk's hypertable.
    let shape: RowShape

    /// A table of that name is gone, is somebody else's, or lacks a column that the chunk has now.
    private static let tellsOtherTable: Set<String?> = ["42P01", "42501", "42703"]

    /// What the chunk has.
    func content() async throws(ClusterError) -> CopyDigest { try await content(of: chunk) }

    private func content(of table: TableName) async throws(ClusterError) -> CopyDigest {
        let question = CopyQuestion.digest()
        let reply = question.reply(try await cluster.read(question.query(of: table, shape), on: link, node))
        guard let digest = reply.digest else {
            throw ClusterError("\(node) does not tell what \(table) has", node: node)
        }
        return digest
    }

    /// Keeps some rows that no other copy has, which are told by their hashes: how many of each.
    ///
    /// - Returns: nil where other rows have come to be kept, as the chunk was written meanwhile.
    func keep(_ rows: [Int64: Int]) async throws(ClusterError) -> KeptTable? {
        let own = CopyDigest(of: rows)
        let kept = try await keep(own) { aside throws(ClusterError) in
            let statements = CopyAside.keep(rows, of: chunk, shape, as: aside)
            for statement in [SQL.begin, CopyQuestion.settings] + statements + ["COMMIT"] {
                try await cluster.send(statement, on: link, node: node)
            }
        }
        return kept.map { KeptTable($0, rows: own.rows, isSurplus: true) }
    }

    /// Has rows kept. Where an earlier run has done that, its table is found.
    ///
    /// - Parameters:
    ///   - rows: what they come to.
    ///   - make: makes the table, with the rows.
    /// - Returns: the table; nil where other rows have come to be in it, as the chunk was written meanwhile.
    func keep(
        _ rows: CopyDigest, by make: (TableName) async throws(ClusterError) -> Void
    ) async throws(ClusterError) -> TableName? {
        let schema = shape.table.schema
        for row in try await cluster.send(CopyAside.names(of: chunk, shape.table), on: link, node: node).records {
            let earlier = TableName(schema: schema, name: row["name"].flatMap { $0 } ?? "")
            do throws(ClusterError) {
                if try await content(of: earlier) == rows { return earlier }
            } catch  where Self.tellsOtherTable.contains(error.sqlstate) {
                // What is in it is not what is to be kept now.
                try await cluster.send("ROLLBACK", on: link, node: node)
            }
        }
        let name = try await cluster.send(CopyAside.freeName(of: chunk, shape.table), on: link, node: node).value
        let aside = TableName(schema: schema, name: name ?? "")
        try await make(aside)
        return try await content(of: aside) == rows ? aside : nil
    }
}
