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
        let columns = shape.writable.map(Quoting.identifier).joined(separator: ", ")
        let from = command(
            node.host, node.port, node.database, "COPY \(kept.quoted) (\(columns)) TO STDOUT")
        let to = command(
            accessNode.host, accessNode.port, accessNode.database,
            "COPY \(shape.table.quoted) (\(columns)) FROM STDIN")
        return "\(from) | \(to)"
    }

    private func command(_ host: String, _ port: Int, _ database: String, _ statement: String) -> String {
        (["tscl", "-h", host, "-p", String(port), "-U", accessNode.user, "-d", database, "-c", "sql \(statement)"])
            .map(ShellWord.quoted).joined(separator: " ")
    }
}
