import CommandLanguage

/// A run of several commands: when it stops, and what it ends with.
package struct Run: Sendable {
    private(set) var commands = 0
    private(set) var failures = 0
    private(set) var status = ExitStatus.done

    package init() {}

    /// Counts a command that has run.
    ///
    /// - Returns: whether the run may go on.
    mutating func count(_ result: ExitStatus, of command: String, keepGoing: Bool) -> Bool {
        commands += 1
        if result != .done, status == .done || result == .interrupted { status = result }
        switch result {
        case .done: return true
        case .notHealthy where command != ControlSyntax.assertion.name:
            // It answered; the answer is what the run ends with.
            return true
        default:
            failures += 1
            return keepGoing && result != .interrupted
        }
    }

    /// Counts a statement that did what it should.
    mutating func succeed() { commands += 1 }

    /// Counts a command that failed before it could run.
    ///
    /// - Returns: whether the run may go on.
    mutating func fail(with failure: ExitStatus, keepGoing: Bool) -> Bool {
        commands += 1
        failures += 1
        if status == .done || failure == .interrupted { status = failure }
        return keepGoing && failure != .interrupted
    }

    /// A signal that came just behind the end of a command has kept the next from being run all the same.
    mutating func noticeSignal() {
        if Task.isCancelled { status = .interrupted }
    }

    /// What is said of statements that were not run because the run stopped.
    func rest(_ statements: ArraySlice<Statement>) -> String? {
        guard let next = statements.first else { return nil }
        let done = commands - failures
        let plural = statements.count == 1 ? "1 statement was" : "\(statements.count) statements were"
        return
            "stopped: \(done) command\(done == 1 ? "" : "s") done; \(plural) not run, from \(Self.place(of: next)) on"
    }

    /// For which element a loop stopped, and for which others it was not begun.
    func rest(of loop: Loop, _ elements: ArraySlice<Variables.Value>) -> String? {
        guard let current = elements.first else { return nil }
        let place = Self.place(of: .loop(loop))
        let text = "stopped in the loop at \(place), with \(loop.variable) = \(current.text)"
        let rest = elements.dropFirst().map(\.text)
        if rest.isEmpty { return text }
        let shown = rest.prefix(Self.mostShown).joined(separator: ", ")
        let more = rest.count - Self.mostShown
        return text + "; not begun: \(shown)\(more > 0 ? ", and \(more) more" : "")"
    }

    private static let mostShown = 20

    private static func place(of statement: Statement) -> String {
        "\(statement.source.name):\(statement.source.position(at: statement.span.start).line)"
    }

    /// What is said of a run that went on behind failures.
    var summary: String? { failures > 0 ? "\(failures) of \(commands) commands failed" : nil }
}
