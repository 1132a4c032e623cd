import MultiNode
import Postgres

/// How rows that were kept on a data node come back to their hypertable.
struct RowReturn {
    private let accessNode: ConnectionInfo

    init(_ accessNode: ConnectionInfo) { self.accessNode = accessNode }

    /// A line of a shell that puts all rows of a table into a hypertable, through the access node.
    ///
    /// - Parameter shape: of the hypertable; its generated columns are computed anew.
    func line(_ kept: TableName, on node: DataNode, into shape: RowShape) -> String {
        let columns = Self.columns(shape)
        return line(["COPY \(kept.quoted) (\(columns)) TO STDOUT"], on: node, into: shape)
    }

    /// The same of rows that are compressed; on the node it takes a superuser.
    func line(_ rows: CompressedRows, on node: DataNode, into shape: RowShape) -> String {
        line([rows.preparing, "COPY (\(rows.reading(shape.writable))) TO STDOUT"], on: node, into: shape)
    }

    private static func columns(_ shape: RowShape) -> String {
        shape.writable.map(Quoting.identifier).joined(separator: ", ")
    }

    private func line(_ statements: [String], on node: DataNode, into shape: RowShape) -> String {
        let from = command(node.host, node.port, node.database, statements)
        let to = command(
            accessNode.host, accessNode.port, accessNode.database,
            ["COPY \(shape.table.quoted) (\(Self.columns(shape))) FROM STDIN"])
        return "\(from) | \(to)"
    }

    private func command(_ host: String, _ port: Int, _ database: String, _ statements: [String]) -> String {
        // What another statement says besides is no row.
        (["tscl"] + (statements.count > 1 ? ["--quiet"] : []) + [
            "-h", host, "-p", String(port), "-U", accessNode.user, "-d", database,
        ]
            + statements.flatMap { ["-c", "sql \($0)"] })
            .map(ShellWord.quoted).joined(separator: " ")
    }
}
