package import Rendering

/// How commands behave; a command's own options change a copy of it.
package struct Settings: Sendable {
    package var format = OutputFormat.table
    package var dryRun = false
    package var assumeYes = false
    package var keepGoing = false
    package var echo = false
    package var showSQL = false
    package var timing = false
    /// Whether a pager shows what is longer than the screen. Not in a file of commands, which would stop at each.
    package var usesPager = true
    package var prompt = PromptFormat.standard
    package var continuationPrompt = "   -> "
    /// How long one command may take.
    package var timeout: Duration?
    /// Whether a person sees what happens and decides what comes next.
    package var isInteractive = false
    /// Whether a person can be asked.
    package var canAsk = false
    /// Whether the connection may ask for a password: `-w` forbids it.
    package var canAskPassword = true
    /// `-W`: ask before the server does.
    package var mustAskPassword = false

    package init() {}

    /// Takes over what `format`, `pager`, `show-sql`, `timing` and `prompt` changed.
    mutating func take(from other: Settings, changedSince before: Settings) {
        if other.format != before.format { format = other.format }
        if other.showSQL != before.showSQL { showSQL = other.showSQL }
        if other.usesPager != before.usesPager { usesPager = other.usesPager }
        if other.timing != before.timing { timing = other.timing }
        if other.prompt != before.prompt { prompt = other.prompt }
        if other.continuationPrompt != before.continuationPrompt { continuationPrompt = other.continuationPrompt }
    }
}
