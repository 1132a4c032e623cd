/// An error or a notice: the fields that PostgreSQL sends with it ("Error and Notice Message Fields" of the manual).
package struct ServerMessage: Sendable, Equatable {
    /// Such as ERROR or NOTICE; never translated, whatever `lc_messages` is.
    package var severity: String
    /// Five characters; nil if the message was made on this side.
    package var sqlstate: String?
    package var message: String
    package var detail: String?
    package var hint: String?
    /// The place in the text of the statement: characters (not bytes) from 1.
    package var position: Int?
    /// The file of the server's source that raised it, such as `user.c`: it is the same in every language.
    package var sourceFile: String?

    package init(severity: String = "ERROR", sqlstate: String? = nil, message: String) {
        self.severity = severity
        self.sqlstate = sqlstate
        self.message = message
    }
}
