import MultiNode
import Postgres

/// How rows that were kept on a data node come back to their hypertable.
struct RowReturn {
    private let accessNode: ConnectionInfo

    init(_ accessNode: ConnectionInfo) { self.accessNode = accessNode }

    /// A line of a shell that puts those rows of a table into a hypertable, through the access node, that are not there. Run again,
    /// it puts none of them there twice.
    ///
    /// - Parameter shape: of the hypertable; its generated columns are computed anew.
    func line(_ kept: TableName, on node: DataNode, into shape: RowShape) -> String {
        line(["COPY \(kept.quoted) (\(Self.columns(shape))) TO STDOUT"], on: node, into: shape)
    }

    /// The same of rows that are compressed; on the node it takes a superuser.
    func line(_ rows: CompressedRows, on node: DataNode, into shape: RowShape) -> String {
        line([rows.preparing, "COPY (\(rows.reading(shape.writable))) TO STDOUT"], on: node, into: shape)
    }

    private static func columns(_ shape: RowShape) -> String {
        shape.writable.map(Quoting.identifier).joined(separator: ", ")
    }

    /// What a database or a role has set would have a day and its month, or the last digits of a number, read otherwise than they
    /// were written.
    private static let settings = ["SET datestyle = ISO", "SET intervalstyle = postgres", "SET extra_float_digits = 3"]

    private static let arrived = "tscl_kept"

    private func line(_ statements: [String], on node: DataNode, into shape: RowShape) -> String {
        let (columns, table) = (Self.columns(shape), shape.table.quoted)
        let ends = shape.key.first.map(Quoting.identifier).map { time in
            let among = { (end: String) in "(SELECT pg_catalog.\(end)(\(time)) FROM \(Self.arrived))" }
            return " WHERE \(time) BETWEEN \(among("min")) AND \(among("max"))"
        }
        let returning = [
            "CREATE TEMP TABLE \(Self.arrived) AS SELECT \(columns) FROM \(table) WITH NO DATA",
            "COPY \(Self.arrived) (\(columns)) FROM STDIN",
            "INSERT INTO \(table) (\(columns)) OVERRIDING SYSTEM VALUE SELECT \(columns) FROM \(Self.arrived) "
                + "EXCEPT ALL SELECT \(columns) FROM \(table)\(ends ?? "")",
        ]
        // What another statement says besides is no row.
        let from = command(["--quiet"], node.host, node.port, node.database, Self.settings + statements)
        let to = command([], accessNode.host, accessNode.port, accessNode.database, Self.settings + returning)
        return "\(from) | \(to)"
    }

    private func command(
        _ options: [String], _ host: String, _ port: Int, _ database: String, _ statements: [String]
    ) -> String {
        (["tscl"] + options + ["-h", host, "-p", String(port), "-U", accessNode.user, "-d", database]
            + statements.flatMap { ["-c", "sql \($0)"] })
            .map(ShellWord.quoted).joined(separator: " ")
    }
}
