import MultiNode
import Postgres

/// How rows that were kept on a data node come back to their hypertable.
struct RowReturn {
    private let accessNode: ConnectionInfo

    init(_ accessNode: ConnectionInfo) { self.accessNode = accessNode }

    /// A line of a shell that puts the rows of a table into a hypertable, through the access node: all of them where no other copy
    /// had any; else those that are missing there, so that it may be run again.
    ///
    /// - Parameter shape: of the hypertable; its generated columns are computed anew.
    func line(_ kept: KeptTable, on node: DataNode, into shape: RowShape) -> String {
        let reading = "COPY \(kept.table.quoted) (\(Self.columns(shape))) TO STDOUT"
        return line([reading], kept.rows, all: kept.isSurplus, on: node, into: shape)
    }

    /// The same of rows that are compressed; on the node it takes a superuser.
    ///
    /// - Parameter count: of the rows, where it is known.
    func line(_ rows: CompressedRows, _ count: Int?, on node: DataNode, into shape: RowShape) -> String {
        let reading = "COPY (\(rows.reading(shape.writable))) TO STDOUT"
        return line([rows.preparing, reading], count, all: false, on: node, into: shape)
    }

    private static func columns(_ shape: RowShape) -> String {
        shape.writable.map(Quoting.identifier).joined(separator: ", ")
    }

    /// What a database or a role has set would have a day and its month, or the last digits of a number, read otherwise than they
    /// were written.
    private static let settings = ["SET datestyle = ISO", "SET intervalstyle = postgres", "SET extra_float_digits = 3"]

    private static let arrived = "tscl_kept"

    private func line(
        _ statements: [String], _ count: Int?, all: Bool, on node: DataNode, into shape: RowShape
    ) -> String {
        let (columns, table) = (Self.columns(shape), shape.table.quoted)
        let returning =
            [
                "CREATE TEMP TABLE \(Self.arrived) AS SELECT \(columns) FROM \(table) WITH NO DATA",
                "COPY \(Self.arrived) (\(columns)) FROM STDIN",
            ] + [count.map(Self.requireAll)].compactMap(\.self) + [
                "INSERT INTO \(table) (\(columns)) OVERRIDING SYSTEM VALUE SELECT \(columns) FROM "
                    + (all ? Self.arrived : Self.missing(from: shape))
                    // Of a row that was changed since, the table has what it became.
                    + (shape.isKeyUnique ? " ON CONFLICT DO NOTHING" : "")
            ]
        // What another statement says besides is no row.
        let from = command(["--quiet"], node.host, node.port, node.database, Self.settings + statements)
        let to = command([], accessNode.host, accessNode.port, accessNode.database, Self.settings + returning)
        return "\(from) | \(to)"
    }

    /// The end of what is read is no sign that all has come: what reads may have failed. PostgreSQL has no other expression that fails
    /// with a text than a number that is none.
    private static func requireAll(_ count: Int) -> String {
        "SELECT CASE pg_catalog.count(*) WHEN \(count) THEN pg_catalog.count(*) ELSE "
            + "('only ' || pg_catalog.count(*) || ' of \(count) rows have come, and none is put back')::int END AS arrived FROM \(arrived)"
    }

    /// Of the rows that have arrived those that the hypertable has not, each as often as it lacks it. They are compared by their
    /// texts, because not every type knows what is equal, and because what is equal may be written otherwise.
    private static func missing(from shape: RowShape) -> String {
        func text(of alias: String) -> String {
            "ROW(\(shape.writable.map { "\(alias).\(Quoting.identifier($0))" }.joined(separator: ", ")))::text"
        }
        let ends = shape.key.first.map(Quoting.identifier).map { time in
            let among = { (end: String) in "(SELECT pg_catalog.\(end)(\(time)) FROM \(arrived))" }
            return " WHERE x.\(time) BETWEEN \(among("min")) AND \(among("max"))"
        }
        return
            "(SELECT k.*, \(text(of: "k")) AS \"tscl text\", "
            + "pg_catalog.row_number() OVER (PARTITION BY \(text(of: "k"))) AS \"tscl number\" FROM \(arrived) k) k "
            + "LEFT JOIN (SELECT \(text(of: "x")) AS \"tscl text\", pg_catalog.count(*) AS \"tscl count\" "
            + "FROM \(shape.table.quoted) x\(ends ?? "") GROUP BY 1) h USING (\"tscl text\") "
            + "WHERE k.\"tscl number\" > COALESCE(h.\"tscl count\", 0)"
    }

    private func command(
        _ options: [String], _ host: String, _ port: Int, _ database: String, _ statements: [String]
    ) -> String {
        (["tscl"] + options + ["-h", host, "-p", String(port), "-U", accessNode.user, "-d", database]
            + statements.flatMap { ["-c", "sql \($0)"] })
            .map(ShellWord.quoted).joined(separator: " ")
    }
}
