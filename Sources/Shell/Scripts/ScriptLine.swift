import MultiNode
import CommandLanguage

/// A line of `--format script`: a command that the parser reads back to just what was meant, or a comment.
package enum ScriptLine {
    /// An option and the texts of its values.
    package struct Option {
        let name: String
        let values: [String]

        package init(_ name: String, _ values: String...) {
            self.init(name, values)
        }

        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// - Parameters:
    ///   - name: the command's own words.
    ///   - operands: the text of each.
    package static func command(_ name: String, _ operands: [String], _ options: [Option] = []) -> String {
        let words = options.flatMap { [$0.name] + $0.values.map(Quoting.word) }
        return ([name] + operands.map(Quoting.word) + words).joined(separator: " ")
    }

    /// Names as the value of an option that takes nodes, in which `*`, `,` and their like mean something.
    package static func nodes(_ names: [String]) -> String {
        names.map(GlobPattern.escaped).joined(separator: ",")
    }

    /// A statement for the access node.
    package static func sql(_ text: String) -> String { sql(text, after: ["sql"]) }

    /// A statement for data nodes; for all of them where none is named.
    package static func exec(_ text: String, on nodes: [String] = []) -> String {
        sql(text, after: nodes.isEmpty ? ["exec"] : ["exec", "--on", Quoting.word(Self.nodes(nodes))])
    }

    /// On one line, whatever is in the text.
    package static func comment(_ text: String) -> String {
        "# " + text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " ")
    }

    /// As it is where that is read back as the same, else between `$…$`; not all SQL can be written in a command.
    private static func sql(_ text: String, after words: [String]) -> String {
        // Blanks at the end are no part of a command.
        let text = String(text.reversed().drop { $0.isWhitespace }.reversed())
        let head = words.joined(separator: " ") + " "
        for written in [text] + ["$$", "$q$", "$sql$"].map({ $0 + text + $0 }) {
            if isRead(head + written, as: text) { return head + written }
        }
        return comment("this can't be written as a command: \(text)")
    }

    private static let table = CommandTable([SQLCommand.syntax, ExecCommand.syntax])

    private static func isRead(_ line: String, as text: String) -> Bool {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "", line), table: table)
        guard diagnostics.isEmpty, statements.count == 1, case .command(let invocation)? = statements.first else {
            return false
        }
        return invocation.text?.pieces == [.sql(text)]
    }
}
