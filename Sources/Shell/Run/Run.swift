import CommandLanguage
import MultiNode

/// A run of several commands: decides when it stops, and with which status.
package struct Run: Sendable {
    private(set) var commands = 0
    private(set) var failures = 0
    private(set) var status = ExitStatus.done
    /// Whether a command has answered that something is not well, and so decides the status.
    private var hasFoundFault = false

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
            // The command worked, and the run goes on. Its negative answer becomes the status of the run.
            failures += 1
            hasFoundFault = true
            return true
        default:
            failures += 1
            return keepGoing && result != .interrupted
        }
    }

    /// Counts the commands of a run that began with this one, and whose failure has been caught. What was found before that
    /// still counts.
    mutating func takeCommands(of other: Run) {
        commands = other.commands
        guard other.hasFoundFault, !hasFoundFault else { return }
        hasFoundFault = true
        if status == .done { status = .notHealthy }
    }

    /// Counts a statement that succeeded.
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

    /// Counts a signal that came right after the end of a command, since it also kept the next one from running.
    mutating func noticeSignal() {
        if Task.isCancelled { status = .interrupted }
    }

    /// The message about statements that were not run because the run stopped.
    func rest(_ statements: ArraySlice<Statement>) -> Message? {
        guard let next = statements.first else { return nil }
        let done = commands - failures
        let left = statements.count.counted("statement") + (statements.count == 1 ? " was" : " were")
        return "stopped: \(done.counted("command")) done; \(left) not run, from \(Self.place(of: next)) on"
    }

    /// The message about the element at which a loop stopped, and the elements that it did not begin.
    func rest(of loop: Loop, _ elements: ArraySlice<[Variables.Value]>) -> Message? {
        guard let current = elements.first else { return nil }
        let place = Self.place(of: .loop(loop))
        // Nobody knows what of a row is secret.
        if case .rows = loop.elements {
            let text: Message = "stopped in the loop at \(place)"
            let left = elements.count - 1
            return left == 0
                ? text + ", in its last row"
                : text + "; \(left.counted("row")) behind that one \(left == 1 ? "was" : "were") not begun"
        }
        let values = zip(loop.variables, current).map { "\($0) = \($1.text)" }.joined(separator: ", ")
        let text: Message = "stopped in the loop at \(place), with \(values)"
        let rest = elements.dropFirst().map { $0.map(\.text).joined(separator: " ") }
        return rest.isEmpty ? text : text + "; not begun: \(rest.listed)"
    }

    private static func place(of statement: Statement) -> String {
        let line = statement.source.position(at: statement.span.start).line
        return statement.source.isBeforeTheUser ? "line \(line)" : "\(statement.source.name):\(line)"
    }

    /// The message about a run that continued after failures; nil if there were none.
    var summary: String? { failures > 0 ? "\(failures) of \(commands) commands failed" : nil }
}
