package import CommandLanguage

/// A help text that does not belong to a single command.
package struct HelpTopic: Sendable {
    package let name: String
    /// One line without a full stop.
    package let summary: String
    /// The title of its section in the manual page.
    let title: String
    let body: [HelpBlock]

    /// - Parameter body: what follows the summary.
    init(_ name: String, title: String? = nil, _ summary: String, _ body: [HelpBlock]) {
        self.name = name
        self.title = title ?? name
        self.summary = summary
        self.body = body
    }

    package var blocks: [HelpBlock] { [.paragraph(summary + ".")] + body }

    /// All topics, in the order of the help's list and of the manual page.
    ///
    /// - Parameter table: the commands that some of them list.
    package static func all(_ table: CommandTable) -> [HelpTopic] {
        [
            troubles, connection, keys, language, variables, sql, scripts, transactions, output, statuses,
            safety(table),
            migration, passwords, certificates, options(table), sandbox, files,
        ]
    }
}
