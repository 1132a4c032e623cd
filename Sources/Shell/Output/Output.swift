import Glibc
import MultiNode
import Platform
package import Postgres
import Rendering
package import SystemPackage

/// Writes everything that is shown: data to standard output, all else to standard error.
package final class Output: Sendable {
    private struct State {
        /// Notices that the server raises on every call are shown once.
        var shownDeprecations: Set<String> = []
        /// When the end of a server was told last.
        var shownEnds: [String: ContinuousClock.Instant] = [:]
        var secrets = KnownSecrets()
        /// Why standard output can't be written any more.
        var fault: Errno?
        /// Rows that were begun and are not ended.
        var openRows: RowStream?
        /// Whether only errors are told.
        var isQuiet = false
        /// Prints above the line that is being typed; nil if none is.
        var above: (@Sendable (String) -> Void)?
        /// The progress of the running command, if it is shown.
        var progress: ProgressDisplay?
        /// What is written of a frame that is shown at once; nil if none is being written.
        var frame: String?
    }

    private let state: Lock<State>
    /// Tells how long a server has been at work; nil where there is no terminal that could.
    let lifeSign: LifeSign?
    private let dataDescriptor: FileDescriptor
    private let messageDescriptor: FileDescriptor
    /// The terminal that data goes to; nil if it goes elsewhere.
    package let dataTerminal: Terminal?
    package let messageTerminal: Terminal?
    package let usesColor: Bool

    /// - Parameters:
    ///   - allowsColor: false for `--no-color`. NO_COLOR and dumb terminals are handled here.
    ///   - data: where data goes, which must stay open.
    ///   - messages: where all else goes.
    package init(
        allowsColor: Bool = true, data: FileDescriptor = .standardOutput, messages: FileDescriptor = .standardError
    ) {
        dataDescriptor = data
        messageDescriptor = messages
        dataTerminal = Terminal(descriptor: data.rawValue)
        messageTerminal = Terminal(descriptor: messages.rawValue)
        let refused = !(Environment["NO_COLOR"] ?? "").isEmpty || Environment["TERM"] == "dumb"
        usesColor = allowsColor && !refused
        let state = Lock(State())
        self.state = state
        lifeSign =
            Environment["TERM"] == "dumb"
            ? nil
            : messageTerminal.map { terminal in
                LifeSign(on: terminal, isHidden: { state.withLock { $0.progress != nil } }) {
                    try? messages.writeWhole($0.utf8)
                }
            }
    }

    /// Whether standard output can't be written any more, which ends a run.
    package var isBroken: Bool { state.withLock { $0.fault != nil } }

    /// Whether that is because its reader has closed it: one such as head(1) has seen enough.
    package var hasLostReader: Bool { state.withLock { $0.fault == .brokenPipe } }

    /// Tells only errors from now on, or all again.
    func tellsOnlyErrors(_ isQuiet: Bool) { state.withLock { $0.isQuiet = isQuiet } }

    var isQuiet: Bool { state.withLock { $0.isQuiet } }

    /// Keeps rows until they are ended, whatever becomes of what they are rows of; nil when they are.
    func keep(_ rows: RowStream?) { state.withLock { $0.openRows = rows } }

    /// The rows that were begun and are not ended.
    var openRows: RowStream? { state.withLock { $0.openRows } }

    /// Hides a text in everything but data, from now on.
    package func hide(_ secret: String) { state.withLock { $0.secrets.hide(typed: secret) } }

    /// Hides the current values of secret variables, instead of their former ones.
    package func hide(variablesWith secrets: [String]) { state.withLock { $0.secrets.hide(variablesWith: secrets) } }

    /// From now on lines that are typed are kept, and what is a secret stays one for them.
    package func keepsLines() { state.withLock { $0.secrets.keepsLines() } }

    /// Whether a line that was typed must not be kept.
    package func isSecret(line: String) -> Bool { state.withLock { $0.secrets }.areIn(line: line) }

    /// The text with all secrets masked.
    package func hiding(_ text: String) -> String { state.withLock { $0.secrets }.hiding(text) }

    /// Words of tscl's own in the form that may be shown. No password that was typed is in them; a name that is the same
    /// would give it away.
    func hidingInOwn(_ text: String) -> String { state.withLock { $0.secrets }.hidingInOwn(text) }

    /// A statement in the form that may be shown.
    ///
    /// A password that was typed is not searched for in tscl's own SQL, where it is hidden at its place: a name that
    /// happens to be the same would be masked too, and so give it away. The value of a variable may be a name as well.
    func hiding(_ sql: SQL) -> String {
        guard !sql.isWritten else { return hiding(sql.shown) }
        return hidingInOwn(sql.shown)
    }

    package func showAbove(_ print: (@Sendable (String) -> Void)?) {
        state.withLock { $0.above = print }
    }

    /// Writes data, with a line end added if it has none.
    package func data(_ text: String) {
        guard !text.isEmpty else { return }
        data(Array((text.utf8.last == 0x0A ? text : text + "\n").utf8))
    }

    /// Writes data while a command is at work, above the lines that show how far it is.
    func dataAbove(_ text: String) {
        guard let progress = state.withLock({ $0.progress }) else { return data(text) }
        progress.stepAside { data(text) }
    }

    private func fail(_ cause: Errno) {
        let isFirst = state.withLock { state in
            defer { state.fault = state.fault ?? cause }
            return state.fault == nil
        }
        // That a reader such as head(1) closes the pipe is not an error.
        guard isFirst, cause != .brokenPipe else { return }
        message("error: standard output can't be written: \(cause)")
    }

    /// Writes a piece of data as fast as its reader takes it, without blocking.
    ///
    /// - Parameter written: how many bytes of it were written before; it counts on.
    nonisolated(nonsending) func write(
        _ bytes: [UInt8], written: inout Int, until deadline: EventLoop.Instant?
    ) async -> RowRoom {
        if addToFrame(bytes[written...]) {
            written = bytes.count
            return .made
        }
        beginData()
        do throws(Errno) {
            switch try await EventLoop.shared.write(bytes, to: dataDescriptor, written: &written, until: deadline) {
            case .ready: return .made
            case .timedOut: return .timedOut
            case .cancelled: return .cancelled
            }
        } catch {
            fail(error)
            return .unwanted
        }
    }

    /// Writes the end of data that were written in pieces where the run is interrupted: only what is taken at once, as nobody
    /// may be reading.
    func rest(_ bytes: [UInt8]) {
        let end = ContinuousClock.now.advanced(by: .milliseconds(100))
        var written = 0
        while written != bytes.count, ContinuousClock.now < end {
            var writable = pollfd(fd: dataDescriptor.rawValue, events: Int16(POLLOUT), revents: 0)
            guard poll(&writable, 1, PollTimeout.milliseconds(until: end)) > 0 else { return }
            let piece = bytes[written..<min(bytes.count, written + Int(PIPE_BUF))]
            guard (try? dataDescriptor.writeWhole(piece)) != nil else { return }
            written += piece.count
        }
    }

    /// Nothing may come between the rows of an answer.
    private func beginData() {
        if dataTerminal != nil { lifeSign?.erase(isOver: true) }
    }

    private func data(_ bytes: [UInt8]) {
        if addToFrame(bytes[...]) { return }
        beginData()
        do throws(IncompleteWrite) {
            try dataDescriptor.writeWhole(bytes)
        } catch {
            fail(error.cause)
        }
    }

    /// Starts the pager that data for people go to; nil where none is wanted, as without a terminal.
    func startPager() -> PagerProcess? {
        guard dataTerminal != nil, isatty(STDIN_FILENO) == 1, Environment["TERM"] != "dumb" else { return nil }
        let pager = Pager(environment: { Environment[$0] })?.start()
        // The screen is the pager's then.
        if pager != nil { lifeSign?.erase(isOver: true) }
        return pager
    }

    /// Writes data for people, through a pager if it does not fit on the terminal's screen.
    nonisolated(nonsending) func page(_ text: String) async {
        guard let dataTerminal, isatty(STDIN_FILENO) == 1, Environment["TERM"] != "dumb",
            !fits(text, columns: dataTerminal.columns, rows: dataTerminal.rows),
            let pager = Pager(environment: { Environment[$0] }), await pager.show(text)
        else { return data(text) }
    }

    /// Joins lines of data to one text. For a terminal everything that it would obey is escaped, except tabs and the ends
    /// of lines, because names in the lines come from servers; what goes elsewhere stays as it is.
    package func text(_ lines: [String]) -> String {
        let text = lines.joined(separator: "\n")
        guard dataTerminal != nil else { return text }
        // Scalars, because CR and LF together are one Character.
        return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = line.last == "\r" ? line.dropLast() : line
            return line.split(separator: "\t", omittingEmptySubsequences: false)
                .map { printable(String($0)) }.joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// Bytes of data in the form that may go to a terminal, if they go to one.
    func shownForm(_ bytes: [UInt8]) -> [UInt8] {
        dataTerminal == nil ? bytes : Array(text([String(decoding: bytes, as: UTF8.self)]).utf8)
    }

    /// Writes a message, with a line end added if it has none, and with controls escaped.
    package func message(_ message: Message) { self.message(lines: message.text) }

    /// The same of a text that has been laid out: its line ends are its own.
    package func message(lines text: String) {
        if isQuiet, text.hasPrefix("note: ") || text.hasPrefix("warning: ") { return }
        // Secrets are hidden first, because they may look different in printable form.
        show(hidden: hiding(text))
    }

    private func show(hidden text: String) {
        let hidden = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { colored(printable(String($0))) }.joined(separator: "\n")
        if let progress = state.withLock({ $0.progress }) {
            return progress.stepAside { show(hidden + "\n") }
        }
        if let above = state.withLock({ $0.above }) {
            lifeSign?.erase()
            return above(hidden)
        }
        show(hidden.hasSuffix("\n") ? hidden : hidden + "\n")
    }

    /// Shows lines below everything else until `end`, on a terminal that can.
    func progress(_ render: @escaping ProgressDisplay.Rendering) -> ProgressDisplay? {
        guard let messageTerminal, Environment["TERM"] != "dumb", !isQuiet else { return nil }
        let display = ProgressDisplay(on: messageTerminal, usesColor: usesColor, render) { [messageDescriptor] in
            try? messageDescriptor.writeWhole($0.utf8)
        }
        lifeSign?.erase()
        state.withLock { $0.progress = display }
        return display
    }

    func end(_ progress: ProgressDisplay?) {
        guard let progress else { return }
        state.withLock { $0.progress = nil }
        progress.end()
    }

    /// Shows what `body` writes in place of the frame before, in one write and so without a flicker; elsewhere than on a
    /// terminal it follows what was written before.
    nonisolated(nonsending) func frame<Failure: Error>(
        isFirst: Bool, _ body: () async throws(Failure) -> Void
    ) async throws(Failure) {
        guard let dataTerminal else { return try await body() }
        state.withLock { $0.frame = "" }
        defer {
            let text = state.withLock { state in
                defer { state.frame = nil }
                return state.frame ?? ""
            }
            let (columns, rows) = (dataTerminal.columns, dataTerminal.rows)
            let shown = screenFrame(text, columns: columns, rows: rows)
            // What is on the screen already stays in the terminal's memory of lines.
            data(Array(((isFirst ? String(repeating: "\n", count: rows) : "") + shown).utf8))
        }
        try await body()
    }

    /// How many lines fit on the terminal that data goes to, above the prompt and below what a frame has already; nil
    /// elsewhere.
    var height: Int? {
        let lines = state.withLock { $0.frame }?.count { $0 == "\n" } ?? 0
        return dataTerminal.map { $0.rows - 1 - lines }
    }

    /// Waits until a time, or until the terminal that data goes to has another size.
    ///
    /// - Returns: whether it has; false too where the task is cancelled.
    nonisolated(nonsending) func isResized(until end: ContinuousClock.Instant) async -> Bool {
        let size = dataTerminal.map { [$0.columns, $0.rows] }
        while .now < end {
            let next = size == nil ? end : min(end, .now + .milliseconds(200))
            guard (try? await EventLoop.shared.sleep(until: next)) != nil else { return false }
            if dataTerminal.map({ [$0.columns, $0.rows] }) != size { return true }
        }
        return false
    }

    /// - Returns: false where no frame is being written.
    private func addToFrame(_ bytes: ArraySlice<UInt8>) -> Bool {
        state.withLock { $0.frame != nil } && addToFrame(String(decoding: bytes, as: UTF8.self))
    }

    private func addToFrame(_ text: String) -> Bool {
        state.withLock { state in
            guard let frame = state.frame else { return false }
            state.frame = frame + text
            return true
        }
    }

    /// Clears the terminal that data goes to; elsewhere there is nothing to be cleared.
    func clearScreen() {
        if dataTerminal != nil, Environment["TERM"] != "dumb" {
            try? dataDescriptor.writeWhole("\u{1B}[H\u{1B}[2J".utf8)
        }
    }

    /// Starts a new line, after the terminal's echo of Ctrl-C, or after `mark` where it echoes nothing.
    package func breakLine(_ mark: String = "") {
        guard let messageTerminal else { return }
        let mark = messageTerminal.echoesKeys ? "" : mark
        if let progress = state.withLock({ $0.progress }) {
            // The progress display starts its own lines, and must know about any other line.
            return progress.stepAside { if !mark.isEmpty { show(mark + "\n") } }
        }
        show(mark + "\n")
    }

    /// Shows a statement that is about to be sent, for `show-sql`.
    func statement(_ sql: SQL, node: String?) {
        show(hidden: "-- \(node.map { printable($0) } ?? "access node")\n\(hiding(sql));")
    }

    /// Shows a notice or warning of a server.
    package func notice(_ notice: ServerMessage, node: String?) {
        if isQuiet { return }
        if notice.sqlstate == "01P01" {
            let isNew = state.withLock { $0.shownDeprecations.insert("01P01").inserted }
            guard isNew else { return }
            return message(
                "note: the server says that multi-node is deprecated (01P01: \(notice.message)); shown once a session")
        }
        // Each session of a server that goes down is told so.
        if Self.serverEnds.contains(notice.sqlstate ?? "") {
            let place = "\(node ?? "") \(notice.sqlstate ?? "")"
            guard
                state.withLock({ $0.shownEnds.updateValue(.now, forKey: place).map { $0 + Self.together < .now } })
                    ?? true
            else { return }
        }
        let source = node.map { "[\($0)] " } ?? ""
        var text: Message = "\(notice.severity.lowercased()): \(source)\(lines: notice.message)"
        if let detail = notice.detail { text = text + "\n  detail: \(lines: detail)" }
        if let hint = notice.hint { text = text + "\n  hint: \(lines: hint)" }
        message(text)
    }

    /// admin_shutdown, crash_shutdown: appendix A of the PostgreSQL manual.
    private static let serverEnds: Set<String> = ["57P01", "57P02"]
    /// Within this time it is one end that several sessions are told of.
    private static let together: Duration = .seconds(10)

    private func colored(_ line: String) -> String {
        usesColor && messageTerminal != nil ? SeverityColor.coloring(line) : line
    }

    /// Writes a message. A failure is ignored, because there is nowhere to report it.
    private func show(_ text: String) {
        if messageTerminal != nil, addToFrame(text) { return }
        lifeSign?.erase()
        try? messageDescriptor.writeWhole(text.utf8)
    }
}
