import Glibc
import Platform

extension LineEditor {
    /// What an editor works on, and what it asks about the text.
    ///
    /// The closures are called on the editor's own thread while a person types: they must neither wait nor query.
    package struct Configuration: Sendable {
        /// The name under which a person's editrc(5) may have settings for this program alone.
        package var programName = "tscl"
        /// A file in the form of editrc(5), nil for the person's own.
        package var settingsFile: String?
        /// Where the history is kept, nil for nowhere.
        package var historyFile: String?
        /// How many commands are kept.
        package var historyLimit = 10_000
        package var input: Int32 = 0
        package var output: Int32 = 1
        package var error: Int32 = 2
        /// The type of the terminal, as TERM names it; `dumb` and the empty one take no escape sequences.
        package var terminalType: String
        /// What the terminal can show.
        package var charset: Charset

        /// What could stand at the cursor, a UTF-8 offset in the buffer.
        package var complete: @Sendable (_ buffer: String, _ cursor: Int) -> Completion
        /// Whether the text goes on: Enter then begins a new line of it.
        package var needsMore: @Sendable (_ buffer: String) -> Bool
        /// Whether text that goes on only lacks its end, which the prompt can name.
        package var lacksEnd: @Sendable (_ buffer: String) -> Bool = { _ in false }
        /// Whether the last like line of the history is shown greyed behind what is typed.
        package var showsSuggestions = false
        /// Lets the person edit the text elsewhere, in the terminal as it was found. This one may take its time.
        package var edit: @Sendable (_ text: String) -> EditedText = { _ in .failure("there is no editor") }
        /// Whether the text must not be kept in the history.
        package var isSecret: @Sendable (_ line: String) -> Bool
        /// Stops the process, after the terminal was given back; returns when it goes on.
        package var suspend: @Sendable () -> Void = { raise(SIGSTOP) }

        /// For the process's own terminal and locale.
        package init(
            historyFile: String? = nil,
            complete: @escaping @Sendable (String, Int) -> Completion = { Completion.nothing(at: $1) },
            needsMore: @escaping @Sendable (String) -> Bool = { _ in false },
            isSecret: @escaping @Sendable (String) -> Bool = { _ in false }
        ) {
            self.historyFile = historyFile
            self.complete = complete
            self.needsMore = needsMore
            self.isSecret = isSecret
            terminalType = Environment["TERM"] ?? ""
            charset = .ofProcess
        }

        var hasEscapes: Bool { !["", "dumb", "unknown"].contains(terminalType) }
    }
}
