/// An error or a notice: the fields that PostgreSQL sends with it ("Error and Notice Message Fields" of the manual).
package struct ServerMessage: Sendable, Equatable {
    /// Such as ERROR or NOTICE; never translated, whatever `lc_messages` is.
    package var severity: String
    /// Five characters; nil when the message was made on this side.
    package var sqlstate: String?
    package var message: String
    package var detail: String?
    package var hint: String?
    /// Where it happened, one line per level: PL/pgSQL functions, SQL statements within them.
    package var context: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    package var dataType: String?
    package var constraint: String?
    /// The place in the text of the statement: characters (not bytes) from 1.
    package var position: Int?
    /// The place in `internalQuery`: characters from 1.
    package var internalPosition: Int?
    /// The statement that the server made itself, such as one inside a PL/pgSQL function.
    package var internalQuery: String?
    /// Where in the server's source it was raised.
    package var sourceFile: String?
    package var sourceLine: Int?
    package var sourceFunction: String?

    package init(severity: String = "ERROR", sqlstate: String? = nil, message: String) {
        self.severity = severity
        self.sqlstate = sqlstate
        self.message = message
    }
}
