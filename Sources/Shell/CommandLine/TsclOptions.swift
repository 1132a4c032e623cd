package import CommandLanguage
package import Rendering

/// tscl's own options, which stand before the first word of its command line.
package enum TsclOptions {
    package static let host = Option<Argument?>(
        "--host", "HOST", .text,
        "The access node's host, or the folder of its socket; of several, with commas between, the first that answers")
    package static let port = Option<Argument?>(
        "--port", "PORT", .integers(1...65535), "Its port; of several hosts one for all, or one for each")
    package static let username = Option<Argument?>("--username", "ROLE", .text, "The role to connect as")
    package static let dbname = Option<Argument?>(
        "--dbname", "DATABASE", .text, "The database; a conninfo string or URI too")
    package static let sandbox = Option<Argument?>("--sandbox", "NAME", .newName, "Connect to this sandbox")
    package static let noPassword = Flag("--no-password", "Never ask for a password")
    package static let password = Flag("--password", "Ask for a password at once")
    package static let command = Option<Argument?>(
        "--command", "COMMAND", .text, "Run commands; may be given several times")
    package static let file = Option<Argument?>(
        "--file", "FILE", .file, "Run a file; may be given several times, - is standard input")
    package static let variable = Option<Argument?>("--variable", "NAME=VALUE", .text, "Set a variable")
    package static let format = Option<OutputFormat?>(
        "--format", "FORMAT", of: OutputFormat.self, "How answers are shown")
    package static let columns = Option<Argument?>(
        "--columns", "COLUMNS", .text, "Which columns are shown, in this order, with commas between")
    package static let exact = Flag("--exact", "Measure a table by all of its rows before the first is shown")
    package static let quiet = Flag("--quiet", "Say errors only")
    package static let dryRun = Flag("--dry-run", "Show what would be done, and do nothing")
    package static let yes = Flag("--yes", "Do not ask for confirmation")
    package static let keepGoing = Flag("--keep-going", "Go on behind a failed command")
    package static let check = Flag("--check", "Only parse; nothing runs and nothing connects")
    package static let echo = Flag("--echo", "Show each command before it runs")
    package static let showSQL = Flag("--show-sql", "Show each statement as it is sent")
    package static let timeout = Option<Duration?>(
        "--timeout", "TIME", "Give up a command after this time; 0 for never")
    package static let maxAnswer = Option<Int>(
        "--max-answer", "MB", 1...1_000_000, default: 1024,
        "How much memory the answer to one statement may take, in megabytes")
    package static let log = Option<Argument?>(
        "--log", "FILE", .file, "Append a line of JSON for each statement that is sent")
    package static let noRC = Flag("--no-rc", "Do not read rc.tscl")
    package static let noColor = Flag("--no-color", "Use no colour")
    package static let version = Flag("--version", "Show the version and end")
    package static let help = Flag("--help", "Show this help and end")

    /// In the order of the help.
    package static let all = ProgramOptions(
        [
            ProgramOption("h", host.syntax), ProgramOption("p", port.syntax), ProgramOption("U", username.syntax),
            ProgramOption("d", dbname.syntax), ProgramOption(nil, sandbox.syntax),
            ProgramOption("w", noPassword.syntax), ProgramOption("W", password.syntax),
            ProgramOption("c", command.syntax, mayRepeat: true), ProgramOption("f", file.syntax, mayRepeat: true),
            ProgramOption("v", variable.syntax, mayRepeat: true), ProgramOption(nil, format.syntax),
            ProgramOption(nil, columns.syntax), ProgramOption(nil, exact.syntax), ProgramOption("q", quiet.syntax),
            ProgramOption(nil, dryRun.syntax), ProgramOption(nil, yes.syntax), ProgramOption(nil, keepGoing.syntax),
            ProgramOption(nil, check.syntax), ProgramOption(nil, echo.syntax), ProgramOption(nil, showSQL.syntax),
            ProgramOption(nil, timeout.syntax), ProgramOption(nil, maxAnswer.syntax), ProgramOption(nil, log.syntax),
            ProgramOption(nil, noRC.syntax),
            ProgramOption(nil, noColor.syntax), ProgramOption("V", version.syntax), ProgramOption("?", help.syntax),
        ], program: "tscl", foreign: OtherClients.options)
}

extension ProgramOption {
    /// `-h, --host HOST`
    var term: String { (letter.map { "-\($0), " } ?? "") + syntax.usage }

    /// The same, indented so that the long names are aligned in a list.
    var usage: String { letter == nil ? "    " + term : term }
}
