package import CommandLanguage

/// Something to know that is about no single command.
package struct HelpTopic: Sendable {
    package let name: String
    /// One line without a full stop.
    package let summary: String
    /// What a section about it is called.
    let title: String
    let body: [HelpBlock]

    /// - Parameter body: what is said behind the summary.
    init(_ name: String, title: String? = nil, _ summary: String, _ body: [HelpBlock]) {
        self.name = name
        self.title = title ?? name
        self.summary = summary
        self.body = body
    }

    package var blocks: [HelpBlock] { [.paragraph(summary + ".")] + body }

    /// In the order in which the help lists them and the manual page has them.
    ///
    /// - Parameter table: the commands that some of them list.
    package static func all(_ table: CommandTable) -> [HelpTopic] {
        [
            troubles, connection, language, variables, sql, scripts, transactions, output, statuses, safety(table),
            passwords, options(table), sandbox, files,
        ]
    }
}
