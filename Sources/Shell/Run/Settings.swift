import CommandLanguage
package import Rendering

/// How commands behave; a command's own options change a copy of it.
package struct Settings: Sendable {
    package var format = OutputFormat.table
    /// What stands for NULL in the rows of a query; nil for what is usual in the format.
    package var nullText: String?
    /// The columns that are shown, in this order; nil for all.
    package var columns: [String]?
    /// Whether a table is as wide as all of its rows need, however many there are.
    package var isExact = false
    /// Whether only errors are told.
    package var isQuiet = false
    package var dryRun = false
    /// Whether what `--dry-run` shows is inside of `transaction { … }`.
    var previewsTransaction = false
    package var assumeYes = false
    package var keepGoing = false
    package var echo = false
    package var showSQL = false
    package var timing = false
    /// Whether a pager shows what is longer than the screen; false for a file of commands, which would stop at each.
    package var usesPager = true
    package var prompt = PromptFormat.standard
    /// What stands before the further lines of a command; nil for what tscl has there.
    package var continuationPrompt: String?
    /// The time limit for each command.
    package private(set) var timeout: Duration?
    /// Whether a command goes on even where nothing gives a sign of life any more: `--timeout 0`.
    package private(set) var waitsForever = false
    /// How often an operation says how far it is, if there is no terminal.
    package var progressInterval = Duration.seconds(10)
    /// Whether a person at the prompt sees what happens and decides what comes next.
    package var isInteractive = false
    /// Whether a person can be asked.
    package var canAsk = false

    package init() {}

    /// Sets the time limit that was asked for; zero is none.
    package mutating func limit(to timeout: Duration) {
        waitsForever = timeout == .zero
        self.timeout = waitsForever ? nil : timeout
    }

    /// The limit of what has one also where none is asked for.
    func limit(usually usual: Duration) -> Duration {
        // Enough to count as none, and not too much to be added to a time.
        timeout ?? (waitsForever ? .seconds(365 * 86_400) : usual)
    }

    /// A change that a command makes for those that follow.
    enum Change: Sendable {
        case format(OutputFormat)
        case nullText(String?)
        case showsSQL(Bool)
        case timing(Bool)
        case usesPager(Bool)
        case prompt(PromptFormat)
        case continuationPrompt(String)
    }

    mutating func apply(_ change: Change) {
        switch change {
        case .format(let format): self.format = format
        case .nullText(let text): nullText = text
        case .showsSQL(let isOn): showSQL = isOn
        case .timing(let isOn): timing = isOn
        case .usesPager(let isOn): usesPager = isOn
        case .prompt(let prompt): self.prompt = prompt
        case .continuationPrompt(let prompt): continuationPrompt = prompt
        }
    }

    /// The settings of one command: these, changed by its own options.
    func with(_ arguments: Arguments) -> Settings {
        if arguments.invocation.options.isEmpty { return self }
        var settings = self
        if let format = arguments[CommonOptions.format] { settings.format = format }
        if let columns = arguments[CommonOptions.columns] { settings.columns = Self.columns(in: columns.text) }
        if arguments[CommonOptions.quiet] { settings.isQuiet = true }
        if arguments[CommonOptions.dryRun] { settings.dryRun = true }
        if arguments[CommonOptions.yes] { settings.assumeYes = true }
        if arguments[CommonOptions.showSQL] { settings.showSQL = true }
        if arguments.has(CommonOptions.progress) { settings.progressInterval = arguments[CommonOptions.progress] }
        if let timeout = arguments[CommonOptions.timeout] { settings.limit(to: timeout) }
        return settings
    }
}
