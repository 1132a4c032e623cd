/// The result of a statement.
package struct QueryResult: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package let name: String
        /// The OID of the type in `pg_type`.
        package let typeOID: UInt32

        package init(name: String, typeOID: UInt32) {
            self.name = name
            self.typeOID = typeOID
        }
    }

    /// Empty when the statement returns no rows at all.
    package var columns: [Column] = []
    /// Values in PostgreSQL's text format, NULL as nil.
    package var rows: [[String?]] = []
    /// Such as `INSERT 0 1`; empty for an empty statement.
    package var commandTag = ""
    /// What the server warned of meanwhile: of a statement that was done only in part, there is no other sign.
    package var warnings: [ServerMessage] = []
    /// The encoding that the session has been left in, where it is not UTF-8: the rows may be in it, too.
    package var otherEncoding: String?
    /// The column of a value that is not UTF-8; in the rows the bytes that are not stand as `\xE9`.
    package var undecodedColumn: String?

    package init() {}

    package init(columns: [Column], rows: [[String?]], commandTag: String) {
        self.columns = columns
        self.rows = rows
        self.commandTag = commandTag
    }
}
