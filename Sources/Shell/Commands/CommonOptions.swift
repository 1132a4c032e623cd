import CommandLanguage
import Rendering

/// The options that every command takes; they apply to that command alone.
enum CommonOptions {
    static let format = Option("--format", "FORMAT", of: OutputFormat.self, "How the answer is shown")
    static let columns = Option<Argument?>(
        "--columns", "COLUMNS", .text, "Which columns are shown, in this order, with commas between")
    static let quiet = Flag("--quiet", "Say errors only")
    static let dryRun = Flag("--dry-run", "Show what would be done, and do nothing")
    static let yes = Flag("--yes", "Do not ask for confirmation")
    static let timeout = Option<Duration?>("--timeout", "TIME", "Give up after this time; 0 for never")
    static let showSQL = Flag("--show-sql", "Show each statement as it is sent")

    /// Of commands that work step by step.
    static let progress = Option<Duration>(
        "--progress", "TIME", default: .seconds(10), atLeast: .milliseconds(100),
        "How often a line says how far it is, without a terminal")

    static let all: [any OptionKey] = [format, columns, quiet, dryRun, yes, timeout, showSQL]
}
