package import CommandLanguage
import Rendering

/// tscl's own options, in the same form as the options of commands, so that one mechanism explains both.
package struct OuterOption: Sendable {
    package let short: Character?
    package let syntax: OptionSyntax

    init(_ short: Character?, _ syntax: OptionSyntax) {
        self.short = short
        self.syntax = syntax
    }

    /// `-h, --host HOST`
    var term: String { (short.map { "-\($0), " } ?? "") + syntax.usage }

    /// The same, indented so that the long names are aligned in a list.
    var usage: String { short == nil ? "    " + term : term }

    package static let all: [OuterOption] = [
        OuterOption("h", OptionSyntax("--host", "HOST", .text, "The access node's host, or the folder of its socket")),
        OuterOption("p", OptionSyntax("--port", "PORT", .integer(1...65535), "Its port")),
        OuterOption("U", OptionSyntax("--username", "ROLE", .text, "The role to connect as")),
        OuterOption("d", OptionSyntax("--dbname", "DATABASE", .text, "The database; a conninfo string or URI too")),
        OuterOption(nil, OptionSyntax("--sandbox", "NAME", .newName, "Connect to this sandbox")),
        OuterOption("w", OptionSyntax("--no-password", "Never ask for a password")),
        OuterOption("W", OptionSyntax("--password", "Ask for a password at once")),
        OuterOption("c", OptionSyntax("--command", "COMMAND", .text, "Run commands; may be given several times")),
        OuterOption(
            "f", OptionSyntax("--file", "FILE", .file, "Run a file; may be given several times, - is standard input")),
        OuterOption("v", OptionSyntax("--variable", "NAME=VALUE", .text, "Set a variable")),
        OuterOption(nil, OptionSyntax("--format", "FORMAT", .choice(OutputFormat.names), "How answers are shown")),
        OuterOption(nil, OptionSyntax("--dry-run", "Show what would be done, and do nothing")),
        OuterOption(nil, OptionSyntax("--yes", "Do not ask for confirmation")),
        OuterOption(nil, OptionSyntax("--keep-going", "Go on behind a failed command")),
        OuterOption(nil, OptionSyntax("--check", "Only parse; nothing runs and nothing connects")),
        OuterOption(nil, OptionSyntax("--echo", "Show each command before it runs")),
        OuterOption(nil, OptionSyntax("--show-sql", "Show each statement as it is sent")),
        OuterOption(nil, OptionSyntax("--timeout", "TIME", .duration, "Give up a command after this time")),
        OuterOption(nil, OptionSyntax("--log", "FILE", .file, "Append a line of JSON for each statement that is sent")),
        OuterOption(nil, OptionSyntax("--no-rc", "Do not read rc.tscl")),
        OuterOption(nil, OptionSyntax("--no-color", "Use no colour")),
        OuterOption("V", OptionSyntax("--version", "Show the version and end")),
        OuterOption("?", OptionSyntax("--help", "Show this help and end")),
    ]
}
