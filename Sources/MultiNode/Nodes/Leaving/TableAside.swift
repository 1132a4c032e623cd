/// A table of a data node whose rows are kept in another one beside it while it is dropped.
package struct TableAside: Sendable, Equatable {
    private let table: TableName
    /// A name that is free there.
    package let aside: TableName

    /// - Parameter name: of ``freeName(schema:name:)``; nil where the node could not be asked.
    package init(_ table: TableName, name: String?) {
        self.table = table
        let short = table.name.utf8.count <= Self.longest ? table.name : "table"
        aside = TableName(schema: table.schema, name: name ?? "\(short)\(Self.ending)")
    }

    package static let ending = "_detached"
    /// Names have at most 63 bytes, and what is behind them is cut.
    private static let longest = 48

    /// What all names for it begin with, and the first one is, from an expression of type `text`.
    static func firstName(for name: SQL, ending: String) -> SQL {
        """
        pg_catalog.concat(
                                CASE WHEN pg_catalog.octet_length(\(raw: name)) <= \(literal: longest) THEN \(raw: name)
                                     ELSE pg_catalog.concat('table_', pg_catalog.md5(\(raw: name))) END,
                                \(literal: ending))
        """
    }

    /// For a data node: the first name for it that is free, from two expressions of type `text`.
    package static func freeName(schema: SQL, name: SQL, ending: String = ending) -> SQL {
        """
        (SELECT a.name
                  FROM pg_catalog.generate_series(0, 99) i
                 CROSS JOIN LATERAL (
                     SELECT pg_catalog.concat(
                                \(raw: firstName(for: name, ending: ending)),
                                CASE i WHEN 0 THEN '' ELSE pg_catalog.concat('_', i) END)) a (name)
                 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class c
                                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                    WHERE n.nspname = \(raw: schema) AND c.relname = a.name)
                 ORDER BY i
                 LIMIT 1)
        """
    }

    /// The statement that does both or nothing: no row is lost where the other table can't be made.
    package var statement: String {
        let both = "BEGIN CREATE TABLE \(aside.quoted) AS TABLE \(table.quoted); DROP TABLE \(table.quoted); END"
        return "DO \(Quoting.literal(both))"
    }
}
