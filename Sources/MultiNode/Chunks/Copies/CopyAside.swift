/// The rows of a copy of a chunk that is dropped, kept in a table on its node: others may lack some of them.
package enum CopyAside {
    static let ending = "_replaced"

    /// For a data node: the first name for it that is free; one column.
    ///
    /// - Parameter table: the hypertable, in whose schema it is.
    package static func freeName(of chunk: TableName, _ table: TableName) -> SQL {
        let name = TableAside.freeName(
            schema: "\(literal: table.schema ?? "public")", name: text(chunk.name), ending: ending)
        return "SELECT \(raw: name) AS name"
    }

    private static func text(_ name: String) -> SQL { "\(literal: name)::text" }

    /// For a data node: those that are there already; one column.
    package static func names(of chunk: TableName, _ table: TableName) -> SQL {
        """
        SELECT c.relname AS name
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = \(table.schema ?? "public", type: "name") AND c.relkind = 'r'
           AND pg_catalog.starts_with(
                   c.relname::text, \(raw: TableAside.firstName(for: text(chunk.name), ending: ending)))
         ORDER BY c.relname
        """
    }

    /// For a data node.
    package static func keep(_ chunk: TableName, _ shape: RowShape, as aside: TableName) -> SQL {
        let columns = shape.columns.map { "x.\(identifier: $0)" as SQL }.joined(separator: ", ")
        return "CREATE TABLE \(qualified: aside) AS SELECT \(raw: columns) FROM \(qualified: chunk) x"
    }

    // MARK: What is not there

    /// For a data node: whether there is a table of the chunk's name, be it a chunk or not.
    package static func isTaken(_ chunk: TableName) -> SQL {
        "SELECT pg_catalog.to_regclass(\(chunk.quoted, type: "text")) IS NOT NULL AS taken"
    }

    /// For a data node: a table without columns in the place of a chunk that is not there. Dropping a copy drops a table
    /// of its name, and fails where there is none.
    package static func stand(inFor chunk: TableName) -> SQL { "CREATE TABLE \(qualified: chunk) ()" }
}
