import Glibc
import Platform
package import Postgres
import Rendering
import SystemPackage

/// Where everything that is shown goes: data on standard output, all else on standard error.
package final class Output: Sendable {
    private struct State {
        /// Notices that the server raises on every call are shown once.
        var shownDeprecations: Set<String> = []
        /// What people typed, hidden for as long as tscl runs.
        var typedSecrets: [String] = []
        /// The values of variables that are secret now.
        var variableSecrets: [String] = []
        /// All of them, in the forms in which they may stand in a text.
        var secrets: [String] = []
        var isBroken = false
        /// Prints above the line that is being typed; nil when nothing is typed.
        var above: (@Sendable (String) -> Void)?
        /// What is shown of a command that runs.
        var progress: ProgressDisplay?
    }

    private let state = Lock(State())
    /// The terminal that data goes to; nil when it is none.
    package let dataTerminal: Terminal?
    package let messageTerminal: Terminal?
    package let usesColor: Bool

    /// - Parameter allowsColor: false for `--no-color`; NO_COLOR and a dumb terminal are looked at here.
    package init(allowsColor: Bool = true) {
        dataTerminal = Terminal(descriptor: STDOUT_FILENO)
        messageTerminal = Terminal(descriptor: STDERR_FILENO)
        let refused = !(Environment["NO_COLOR"] ?? "").isEmpty || Environment["TERM"] == "dumb"
        usesColor = allowsColor && !refused
    }

    /// Whether standard output can't be written any more; a run ends then.
    package var isBroken: Bool { state.withLock { $0.isBroken } }

    /// Hides a text in everything but data from now on.
    package func hide(_ secret: String) {
        state.withLock { state in
            state.typedSecrets.append(secret)
            state.secrets = Secrets.forms(of: state.typedSecrets + state.variableSecrets)
        }
    }

    /// Hides the values of the variables that are secret now, and no longer those that were before.
    package func hide(variablesWith secrets: [String]) {
        state.withLock { state in
            guard secrets != state.variableSecrets else { return }
            state.variableSecrets = secrets
            state.secrets = Secrets.forms(of: state.typedSecrets + secrets)
        }
    }

    /// The text without what `hide` named.
    package func hiding(_ text: String) -> String {
        let secrets = state.withLock { $0.secrets }
        guard !secrets.isEmpty else { return text }
        // By bytes: a combining mark behind a secret makes another character of its last one, and no other secret.
        let hidden = secrets.reduce(Array(text.utf8)) { $0.replacing(Array($1.utf8), with: Array("********".utf8)) }
        return String(decoding: hidden, as: UTF8.self)
    }

    package func showAbove(_ print: (@Sendable (String) -> Void)?) {
        state.withLock { $0.above = print }
    }

    /// Writes data; a line end is added where there is none.
    package func data(_ text: String) {
        guard !text.isEmpty else { return }
        do throws(IncompleteWrite) {
            let text = text.hasSuffix("\n") || text.hasSuffix("\r\n") ? text : text + "\n"
            try FileDescriptor.standardOutput.writeWhole(text.utf8)
        } catch {
            let isFirst = state.withLock { state in
                defer { state.isBroken = true }
                return !state.isBroken
            }
            // Who closes a pipe has seen enough, as head(1) has; that is no error to tell.
            guard isFirst, error.cause != .brokenPipe else { return }
            message("error: standard output can't be written: \(error.cause)")
        }
    }

    /// Writes data that a person reads: with a pager where it is longer than the terminal's screen.
    func page(_ text: String) {
        guard let dataTerminal, isatty(STDIN_FILENO) == 1, Environment["TERM"] != "dumb",
            !fits(text, columns: dataTerminal.columns, rows: dataTerminal.rows),
            let pager = Pager(environment: { Environment[$0] }), pager.show(text)
        else { return data(text) }
    }

    /// Lines of data as one text. To a terminal they go without anything that it would obey, but for tabs: names in them
    /// come from servers.
    func text(_ lines: [String]) -> String {
        let text = lines.joined(separator: "\n")
        guard dataTerminal != nil else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false)
                .map { printable(String($0)) }.joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// Writes a message; a line end is added where there is none. Nothing in it reaches the terminal as a control.
    package func message(_ text: String) {
        // First of all: in its printable form a secret may look different.
        let hidden = hiding(text).split(separator: "\n", omittingEmptySubsequences: false)
            .map { printable(String($0)) }.joined(separator: "\n")
        if let progress = state.withLock({ $0.progress }) {
            return progress.stepAside { Self.show(hidden + "\n") }
        }
        if let above = state.withLock({ $0.above }) { return above(hidden) }
        Self.show(hidden.hasSuffix("\n") ? hidden : hidden + "\n")
    }

    /// Shows lines below everything else until `end`, on a terminal that can.
    func progress(_ render: @escaping ProgressDisplay.Rendering) -> ProgressDisplay? {
        guard let messageTerminal, Environment["TERM"] != "dumb" else { return nil }
        let display = ProgressDisplay(on: messageTerminal, usesColor: usesColor, render) { Self.show($0) }
        state.withLock { $0.progress = display }
        return display
    }

    func end(_ progress: ProgressDisplay?) {
        guard let progress else { return }
        state.withLock { $0.progress = nil }
        progress.end()
    }

    /// Begins what is shown again and again: in the place of the last on a terminal, below it elsewhere.
    func beginRound() {
        data((dataTerminal == nil ? "" : "\u{1B}[H\u{1B}[2J") + Timestamp.now.local)
    }

    /// What comes next begins a line of its own: this one ends with what the terminal shows of Ctrl-C, or with `mark`.
    package func breakLine(_ mark: String = "") {
        guard messageTerminal != nil else { return }
        if let progress = state.withLock({ $0.progress }) {
            // What is shown of a running command begins its lines itself, and has to know of any other.
            return progress.stepAside { if !mark.isEmpty { Self.show(mark + "\n") } }
        }
        Self.show(mark + "\n")
    }

    /// A statement that is about to be sent, for `show-sql`.
    package func statement(_ sql: String, node: String?) {
        message("-- \(node ?? "access node")\n\(sql);")
    }

    /// What a server has to say besides its answer.
    package func notice(_ notice: ServerMessage, node: String?) {
        if notice.sqlstate == "01P01" {
            let isNew = state.withLock { $0.shownDeprecations.insert("01P01").inserted }
            guard isNew else { return }
            return message(
                "note: the server says that multi-node is deprecated (01P01: \(notice.message)); shown once a session")
        }
        let source = node.map { "[\($0)] " } ?? ""
        var text = "\(notice.severity.lowercased()): \(source)\(notice.message)"
        if let detail = notice.detail { text += "\n  detail: \(detail)" }
        if let hint = notice.hint { text += "\n  hint: \(hint)" }
        message(text)
    }

    /// Writes to standard error; where that can't be, nobody can be told.
    private static func show(_ text: String) {
        try? FileDescriptor.standardError.writeWhole(text.utf8)
    }
}
