/// A table on the server that rows are migrated to, with those that a copy had there and the source had not when the chunk was copied
/// anew (``RowsAside``). Its comment tells what they are.
package struct KeptRows: Sendable, Equatable {
    package let table: TableName
    /// The hypertable whose rows they were, as SQL writes its name.
    private let source: String
    private let text: String
    /// Those that can be written.
    private let columns: [String]

    /// What is known of such rows when they are kept.
    package struct Note: Sendable {
        private let source: TableName
        private let chunk: TableName
        private let rows: Int
        private let nodes: (was: String, now: String)

        /// - Parameters:
        ///   - rows: how many there are.
        ///   - was: the node that the copy was from.
        ///   - now: the one that has not these rows.
        package init(_ rows: Int, of chunk: TableName, in source: TableName, from was: String, missingOn now: String) {
            (self.rows, self.chunk, self.source) = (rows, chunk, source)
            nodes = (was, now)
        }

        /// `10 rows of _dist_hyper_1_1_chunk that were copied from dn1, and dn2 has not: …`.
        private var text: String {
            let missing = nodes.was == nodes.now ? "and are not there any more" : "and \(nodes.now) has not"
            return
                "\(rows) \(rows == 1 ? "row" : "rows") of \(chunk.shownName) that were copied from \(nodes.was), \(missing): "
                + "lost, or changed or deleted since"
        }

        package var comment: String { "\(KeptRows.mark)\(source.quoted): \(text)" }
    }

    private static let mark = "tscl migrate: of "

    /// For the target: `schema`, `name`, `comment` and `columns` of each.
    package static let list: SQL = """
        SELECT n.nspname AS schema, c.relname AS name, d.description AS comment,
               ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns
          FROM pg_catalog.pg_description d
          JOIN pg_catalog.pg_class c ON c.oid = d.objoid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0 AND c.relkind = 'r'
           AND pg_catalog.starts_with(d.description, \(literal: mark))
         ORDER BY n.nspname, c.relname
        """

    /// - Parameter row: of ``list``.
    package init?(row: [String: String?]) {
        let row = Row(row)
        // A name in double quotes has each of its own doubled.
        guard let comment = row["comment"], comment.hasPrefix(Self.mark),
            let found = comment.dropFirst(Self.mark.count)
                .wholeMatch(of: #/((?:"(?:[^"]|"")*"\.)?"(?:[^"]|"")*"): (.*)/#.dotMatchesNewlines())
        else { return nil }
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        source = String(found.1)
        text = String(found.2)
        columns = row.array("columns")
    }

    package func isOf(_ migration: Migration) -> Bool { migration.source.quoted == source }

    private var what: String { "\(table.shownName) keeps \(text)" }

    /// - Parameter sql: what stands before a statement that is typed here.
    private func way(_ sql: String) -> String {
        let names = columns.map(Quoting.identifier).joined(separator: ", ")
        return
            "look at them: \(sql)TABLE \(table.quoted); where they are to be in the table: "
            + "\(sql)INSERT INTO \(source) (\(names)) OVERRIDING SYSTEM VALUE SELECT \(names) FROM \(table.quoted); then, or where nobody needs them: "
            + "\(sql)DROP TABLE \(table.quoted)"
    }

    /// In one line, with what to do about it.
    ///
    /// - Parameter isInPlace: whether the access node has it; else the table of the target counts from the cut-over on.
    package func told(isInPlace: Bool) -> String {
        isInPlace ? "\(what); \(way("sql "))" : "\(what); on the target, behind the cut-over: \(way(""))"
    }

    /// The same once the distributed table is the one that counts again.
    package func toldBehindUndo(isInPlace: Bool) -> String {
        if isInPlace { return told(isInPlace: true) }
        return
            "\(what); on the target: look at them: TABLE \(table.quoted); where they are to be in the table, fetch them there, as with COPY, and put them into \(source) here; then, or where nobody needs them: DROP TABLE \(table.quoted)"
    }

    /// For `check`, of the access node.
    package var finding: Finding { Finding(.warning, Finding.accessNode, what, remedy: way("sql ")) }
}
