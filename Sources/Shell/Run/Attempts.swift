import ClusterAccess
import CommandLanguage
import Platform

/// A failure that a statement has ended with.
struct ReportedFailure {
    let failure: Failure
    let command: String?
    /// Whether it has been shown; one that is going to be caught is not.
    var isShown: Bool

    /// What the `else` of a `try` has of it, by the names of its variables.
    func variables(_ hide: (String) -> String) -> [(name: String, value: String)] {
        let failed = failure.nodes.filter { !$0.ok }
        let nodes = failure.node.map { [$0] } ?? failed.map(\.node)
        let state = failure.sqlstate ?? failed.compactMap(\.sqlstate).first ?? ""
        return zip(ControlSyntax.failureVariables, [hide(failure.summary), state, nodes.joined(separator: ",")])
            .map { ($0, $1) }
    }
}

/// Runs `try { … } else { … } finally { … }`.
extension Interpreter {
    func execute(_ attempt: Attempt, _ run: inout Run) async -> Bool {
        var tried = run
        var mayGoOn = await execute(trying: attempt, &tried)
        if !mayGoOn, let otherwise = attempt.otherwise, let caught = caughtFailure() {
            run.takeCommands(of: tried)
            mayGoOn = await execute(otherwise, for: caught, &run)
        } else {
            run = tried
            if !mayGoOn { showUncaught() }
        }
        guard let finally = attempt.finally else { return mayGoOn }
        let failure = reported
        let isDone = await execute(finally: finally, &run)
        if !mayGoOn { reported = failure }
        return isDone && mayGoOn && !isEnding
    }

    /// Runs the first block, which its first failure ends.
    private func execute(trying attempt: Attempt, _ run: inout Run) async -> Bool {
        let (keepsGoing, depth) = (settings.keepGoing, catching)
        settings.keepGoing = false
        if attempt.otherwise != nil { catching += 1 }
        reported = nil
        defer { (settings.keepGoing, catching) = (keepsGoing, depth) }
        if await execute(attempt.body, &run, tellsRest: settings.isInteractive) { return true }
        run.noticeSignal()
        return attempt.otherwise == nil && keepsGoing && run.status != .interrupted && !isEnding
    }

    /// Shows a failure, and keeps it for the `else` of a `try`, where it is shown only to programs.
    func report(_ failure: Failure, of command: String?, _ settings: Settings) async {
        let isShown = !isCaught(failure.status)
        reported = ReportedFailure(failure: failure, command: command, isShown: isShown)
        await Presentation(output, settings).show(
            failure, of: command, behind: output.openRows, isCaught: !isShown)
    }

    /// Whether the `else` of a `try` deals with what has ended so, as far as that is known yet.
    func isCaught(_ status: ExitStatus) -> Bool {
        catching > 0 && status != .done && status.mayBeCaught && !Task.isCancelled
    }

    /// The last failure, where it is one that is caught: not the end of the run, and not the loss of the access node or of
    /// the log, without which nothing more can be done.
    private func caughtFailure() -> ReportedFailure? {
        guard let reported, reported.failure.status.mayBeCaught, log?.failure == nil, !isEnding, !connection.isLost
        else { return nil }
        return reported
    }

    private func showUncaught() {
        guard let hidden = reported, !hidden.isShown, catching == 0 else { return }
        reported?.isShown = true
        output.message(lines: hidden.failure.hiding(output.hiding).text)
    }

    private func execute(_ body: [Statement], for caught: ReportedFailure, _ run: inout Run) async -> Bool {
        let names = ControlSyntax.failureVariables
        let before = names.map { variables[$0] }
        for (name, value) in caught.variables(output.hiding) { variables[name] = Variables.Value(value) }
        defer { for (name, value) in zip(names, before) { variables[name] = value } }
        return await execute(body, &run, tellsRest: settings.isInteractive)
    }

    /// Runs the last block, also where the run is to end: what was asked for before does not end the block, and a second
    /// Ctrl-C does.
    private func execute(finally body: [Statement], _ run: inout Run) async -> Bool {
        let requested = requestedExit
        requestedExit = (nil, false)
        finishing += 1
        defer { finishing -= 1 }
        let begun = run
        let task = Task(executorPreference: EventLoop.shared) { [begun] in
            var run = begun
            let isDone = await self.execute(body, &run, tellsRest: self.settings.isInteractive)
            return (run, isDone)
        }
        let (after, isDone) = await withTaskCancellationHandler {
            await task.value
        } onCancel: { [stopping] in
            stopping.request { task.cancel() }
        }
        stopping.request(nil)
        run = after
        if !requestedExit.isRequested { requestedExit = requested }
        return isDone
    }
}

extension ExitStatus {
    /// Whether a `try` catches what ends so.
    fileprivate var mayBeCaught: Bool { self != .interrupted && self != .noConnection }
}
