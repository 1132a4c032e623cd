package import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HelpCommand: Command {
    static let syntax = CommandSyntax(
        "help", "Explain a command, or list all of them",
        operands: [OperandSyntax("COMMAND", .command, .zeroOrMore)], needsConnection: false,
        examples: ["help node add", "help role"])

    let words: [Argument]
    let arguments: Arguments

    init(_ arguments: Arguments) {
        self.arguments = arguments
        words = arguments.operands("COMMAND")
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let name = words.map(\.text).joined(separator: " ")
        let table = Catalogue.table
        if name.isEmpty { return Outcome(text: [Help.overview]) }
        if let command = table.command(named: name) {
            var text = Help.page(command)
            if table.isGroup(name) { text += "\n" + Help.group(name) }
            return Outcome(text: [text])
        }
        if table.isGroup(name) { return Outcome(text: [Help.group(name)]) }
        if let statement = ControlSyntax.all.first(where: { $0.name == name || $0.words.first == name }) {
            return Outcome(text: [Help.page(statement)])
        }
        let names = (table.commands + ControlSyntax.all).map(\.name) + Set(table.commands.compactMap(\.words.first))
        throw Failure(
            arguments.problem(
                "there is no command \(name)", at: words.first,
                help: Suggestion.nearest(to: name, among: names).map { "did you mean help \($0)?" }))
    }
}

/// Help texts, made from the table of commands.
package enum Help {
    /// All commands, a line each.
    package static var overview: String {
        var lines: [String] = []
        for command in Catalogue.table.commands { lines.append(line(command)) }
        lines += ["", "In scripts, and at the prompt too:"] + ControlSyntax.all.map(line)
        lines.append("")
        lines.append(
            "SQL: a line that begins with SELECT, WITH, TABLE, SHOW, EXPLAIN or VALUES runs on the access node.")
        lines.append("'help node add' explains one command; Tab completes.")
        return lines.joined(separator: "\n")
    }

    /// The commands that begin with the same words, a line each.
    static func group(_ name: String) -> String {
        Catalogue.table.commands.filter { $0.name.hasPrefix(name + " ") }.map(line).joined(separator: "\n")
    }

    private static func line(_ command: CommandSyntax) -> String {
        let width = 22
        let padding = String(repeating: " ", count: max(1, width - command.name.count))
        return "  \(command.name)\(padding)\(command.summary)"
    }

    /// A text in lines that a narrow terminal holds; what stands in brackets is kept together.
    private static func wrapped(_ text: String) -> [String] {
        var lines: [String] = [""]
        var isInBrackets = false
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if !last.isEmpty, !isInBrackets, last.count + word.count >= 78 {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = last.isEmpty ? String(word) : last + " " + word
            }
            if word.hasPrefix("[") { isInBrackets = true }
            if word.hasSuffix("]") { isInBrackets = false }
        }
        return lines
    }

    /// One command, whole.
    package static func page(_ command: CommandSyntax) -> String {
        let usage = wrapped(command.usage).enumerated().map { ($0 == 0 ? "  " : "      ") + $1 }
        var lines = [command.summary + ".", ""] + usage
        if !command.options.isEmpty {
            lines.append("")
            let width = (command.options.map { $0.usage.count }.max() ?? 0) + 2
            for option in command.options {
                let padding = String(repeating: " ", count: width - option.usage.count)
                lines.append("  \(option.usage)\(padding)\(option.summary)")
            }
        }
        if command.changes {
            lines += ["", "With --dry-run it shows the exact SQL and where it would run, and does nothing."]
        }
        if !command.details.isEmpty { lines += [""] + wrapped(command.details) }
        if !command.examples.isEmpty { lines += [""] + command.examples.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }
}

struct VersionCommand: Command {
    static let syntax = CommandSyntax(
        "version", "Show the versions of tscl, libpq and, where it can be reached, the access node")

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        var rows: [[Value]] = [
            [.text("tscl"), .text(Version.text)],
            [.text("libpq"), .text(ServerVersion.text(LibraryVersion.number))],
        ]
        if let (connection, capabilities) = try? await session.server() {
            let info = connection.info
            rows.append([.text("PostgreSQL"), .text(ServerVersion.text(info.serverVersion))])
            let version = capabilities.extensionVersion ?? "none"
            rows.append([.text("TimescaleDB"), .text(version)])
        }
        var outcome = Outcome(table: Table(columns: ["component", "version"], rows: rows))
        outcome.text = rows.map { row in
            row.map { if case .text(let text) = $0 { text } else { "" } }.joined(separator: " ")
        }
        return outcome
    }
}

/// The version of tscl.
package enum Version {
    package static let text = "0.1.0"
}
