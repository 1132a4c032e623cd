package import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// Running commands one after the other.
extension Session {
    /// Runs one command, shows what it answers, and says how it ended.
    package func run(_ invocation: Invocation) async -> ExitStatus {
        var standing = settings
        let started = ContinuousClock.now
        if log != nil { runningCommand = echo(of: invocation) }
        if settings.echo { output.message(echo(of: invocation)) }
        let name = invocation.syntax.name
        var status: ExitStatus
        do throws(Failure) {
            let (command, arguments) = try command(invocation)
            try apply(arguments)
            let format = settings.format
            let before = settings
            startTimeLimit()
            let outcome = try await execute(command)
            // What the command itself changes of the settings outlives it; what its options change does not.
            standing.take(from: settings, changedSince: before)
            try show(outcome, of: name, in: format)
            status = outcome.status
            // What came of the others is shown; what is missing was not asked or done any more.
            if Task.isCancelled, outcome.status != .done, outcome.status != .interrupted {
                output.message("error: interrupted")
                status = .interrupted
            }
        } catch {
            var failure = await suggesting(error, for: invocation)
            if failure.place == nil, failure.status != .interrupted, !invocation.source.isBeforeTheUser {
                failure.place = (invocation.source, invocation.span)
                failure.hidesLine = invocation.holdsSecret
            }
            if Task.isCancelled { failure.status = .interrupted }
            show(failure, of: name, in: settings.format)
            status = failure.status
        }
        settings = standing
        deadline = nil
        hideSecrets()
        if settings.timing { output.message("Time: \(JSON.rounded(started.duration(to: .now).milliseconds)) ms") }
        return status
    }

    private func execute(_ command: any Command) async throws(Failure) -> Outcome {
        try Task.checkInterruption()
        return try await command.run(in: self)
    }

    /// From here on counts the time that `--timeout` gives a command.
    func startTimeLimit() {
        deadline = settings.timeout.map { .now.advanced(by: $0) }
    }

    private func command(_ invocation: Invocation) throws(Failure) -> (any Command, Arguments) {
        do throws(Diagnostic) {
            let arguments = try Arguments(invocation, variables: variables)
            return (try Catalogue.command(arguments), arguments)
        } catch {
            throw Failure(error)
        }
    }

    /// The options that every command takes, for this command alone.
    private func apply(_ arguments: Arguments) throws(Failure) {
        if let format = arguments.value("--format").flatMap({ OutputFormat(rawValue: $0.text) }) {
            settings.format = format
        }
        if arguments.has("--dry-run") { settings.dryRun = true }
        if arguments.has("--yes") { settings.assumeYes = true }
        if arguments.has("--show-sql") { settings.showSQL = true }
        if let timeout = arguments.duration("--timeout") { settings.timeout = timeout }
    }

    func echo(of invocation: Invocation) -> String {
        let text = invocation.source.text(invocation.span)
        return invocation.holdsSecret || Secrets.areIn(line: text) ? invocation.syntax.name + " ********" : text
    }

    /// Whether the end of a run has been asked for or forced.
    package var isEnding: Bool { requestedExit.isRequested || output.isBroken || Task.isCancelled }
}

/// A run of several commands: when it stops, and what it ends with.
package struct Run: Sendable {
    private(set) var commands = 0
    private(set) var failures = 0
    private(set) var status = ExitStatus.done

    package init() {}

    /// Runs commands until one fails, `quit` is met or, with `--keep-going`, to the end.
    ///
    /// - Returns: whether the run may go on.
    package mutating func execute(_ invocation: Invocation, in session: isolated Session) async -> Bool {
        let result = await session.run(invocation)
        commands += 1
        if result != .done, status == .done || result == .interrupted { status = result }
        switch result {
        case .done: break
        case .notHealthy where invocation.syntax.name != "assert":
            // It answered; the answer is what the run ends with.
            break
        default:
            failures += 1
            if !session.settings.keepGoing || result == .interrupted { return false }
        }
        return !session.isEnding
    }

    /// Counts a statement that did what it should.
    mutating func succeed() { commands += 1 }

    /// Counts a command that failed before it could run.
    ///
    /// - Returns: whether the run may go on.
    mutating func fail(with failure: ExitStatus, in session: isolated Session) -> Bool {
        commands += 1
        failures += 1
        if status == .done || failure == .interrupted { status = failure }
        return session.settings.keepGoing && failure != .interrupted
    }

    /// Ends before statements that a signal, a failure or `quit` keeps from being run.
    mutating func end(before rest: ArraySlice<Statement>, in session: isolated Session) {
        if !rest.isEmpty { noticeSignal() }
        tellRest(rest, in: session)
    }

    /// A signal that came just behind the end of a command has kept the next from being run all the same.
    mutating func noticeSignal() {
        if Task.isCancelled { status = .interrupted }
    }

    /// Says what was not run because the run stopped; of one that was asked to end there is nothing to say.
    func tellRest(_ statements: ArraySlice<Statement>, in session: isolated Session) {
        guard let next = statements.first, tells(in: session) else { return }
        let done = commands - failures
        let plural = statements.count == 1 ? "1 statement was" : "\(statements.count) statements were"
        session.output.message(
            "stopped: \(done) command\(done == 1 ? "" : "s") done; \(plural) not run, from \(Self.place(of: next)) on")
    }

    /// Says for which element a loop stopped, and for which others it was not begun.
    func tellRest(of loop: Loop, _ elements: ArraySlice<Variables.Value>, in session: isolated Session) {
        guard let current = elements.first, tells(in: session) else { return }
        let place = Self.place(of: .loop(loop))
        var text = "stopped in the loop at \(place), with \(loop.variable) = \(current.text)"
        let rest = elements.dropFirst().map(\.text)
        if !rest.isEmpty {
            let shown = rest.prefix(Self.mostShown).joined(separator: ", ")
            text +=
                "; not begun: \(shown)\(rest.count > Self.mostShown ? ", and \(rest.count - Self.mostShown) more" : "")"
        }
        session.output.message(text)
    }

    private static let mostShown = 20

    private func tells(in session: isolated Session) -> Bool {
        !session.settings.isInteractive && !session.requestedExit.isRequested && !session.output.isBroken
    }

    private static func place(of statement: Statement) -> String {
        "\(statement.source.name):\(statement.source.position(at: statement.span.start).line)"
    }

    /// What the run ends with, after saying how much of it failed.
    package func finish(in session: isolated Session) -> Int32 {
        if session.settings.keepGoing, failures > 0 {
            session.output.message("\(failures) of \(commands) commands failed")
        }
        if let requested = session.requestedExit.status { return requested }
        if status == .done, session.output.isBroken { return ExitStatus.failed.rawValue }
        return status.rawValue
    }
}
