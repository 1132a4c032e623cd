package import ClusterAccess
package import CommandLanguage
import MultiNode
package import Platform
import Postgres
import Rendering

/// Runs commands one after the other, and keeps what they leave for the next ones: settings, variables, transactions.
@LoopActor package final class Interpreter {
    package nonisolated let output: Output
    package nonisolated let connection: AccessNodeConnection
    nonisolated let lookout = Lookout()
    /// When such a command is looked after.
    var pace = CommandWatch.Pace()
    nonisolated let log: AuditLog?
    nonisolated let stopping: Stopping
    package var settings: Settings
    package var variables: Variables { didSet { output.hide(variablesWith: variables.secrets) } }
    /// The files that the statements being run include.
    var scripts = ScriptLibrary()
    private(set) var target: ConnectionTarget
    private let firstTarget: ConnectionTarget
    /// The end of the run that `quit` has asked for, and its status N if one was given.
    package internal(set) var requestedExit: (status: Int32?, isRequested: Bool) = (nil, false)
    /// How many blocks are being run of which the failure is caught.
    var catching = 0
    /// The last failure of a statement.
    var reported: ReportedFailure?
    /// The locks of the blocks that are being run, the outermost first.
    var heldLocks: [HeldLock] = []
    /// How many blocks are being run that run also where the run is to end.
    var finishing = 0
    /// Grows whenever the cluster may have become another: something was changed, or connected to, or failed.
    package private(set) var changes = 0
    /// Whether a connection was closed, or is at the end, in a transaction that `BEGIN` had begun.
    private var hasUndoneTransaction = false
    /// The commands typed at the prompt, oldest first; nil without a prompt.
    private var typedCommands: (@Sendable () -> [String])?
    /// Whether standard input is free for other use, because commands come from elsewhere.
    private var inputIsFree = true
    /// The rows that stand in the stream of commands behind the statement being run.
    var arrivingRows: ArrivingRows?

    nonisolated init(
        _ target: ConnectionTarget, _ connection: AccessNodeConnection, output: Output, stopping: Stopping,
        log: AuditLog?,
        variables: Variables, settings: Settings
    ) {
        self.target = target
        firstTarget = target
        self.connection = connection
        self.output = output
        self.log = log
        self.stopping = stopping
        self.settings = settings
        self.variables = variables
        output.hide(variablesWith: variables.secrets)
    }

    /// - Returns: whether the greeting is left out: what `--quiet` means where somebody looks at the answers.
    @discardableResult
    package func becomeInteractive(_ typedCommands: @escaping @Sendable () -> [String]) -> Bool {
        let isQuiet = settings.isQuiet
        settings.isQuiet = false
        settings.isInteractive = true
        inputIsFree = false
        self.typedCommands = typedCommands
        connection.reopensWhenLost()
        return isQuiet
    }

    func readsCommandsFromInput() { inputIsFree = false }

    /// Whether the end of the run has been requested or forced.
    package var isEnding: Bool {
        requestedExit.isRequested || output.isBroken && finishing == 0 || Task.isCancelled
    }

    // MARK: The end

    /// Ends the session.
    ///
    /// - Parameter status: that of its run so far.
    /// - Returns: the exit status. Where nobody has seen that a transaction was undone, it is not that of a success.
    package func end(_ status: Int32) -> Int32 {
        tellUndoneTransaction()
        connection.kept.close()
        let isUnseen = hasUndoneTransaction && !settings.isInteractive
        return isUnseen && status == ExitStatus.done.rawValue ? ExitStatus.failed.rawValue : status
    }

    /// Says that the open transaction is undone, because its connection is about to be closed.
    private func tellUndoneTransaction() {
        // That one was lost with its connection has been told already.
        guard connection.transaction == .written, connection.isConnected else { return }
        hasUndoneTransaction = true
        let severity = settings.isInteractive ? "note" : "error"
        Presentation(output, settings).showUndone("a transaction was still open: it is undone", severity: severity)
    }

    // MARK: One command

    /// Runs one command and shows its outcome.
    ///
    /// - Returns: how the command ended.
    package func run(_ invocation: Invocation) async -> ExitStatus {
        let started = ContinuousClock.now
        if settings.echo { output.message(lines: echo(of: invocation)) }
        let name = invocation.syntax.name
        var settings = settings
        var status: ExitStatus
        do {
            var outcome = try await outcome(of: invocation, &settings, since: started)
            if let report = DoubtReport(connection.takeDoubts()) { report.add(to: &outcome) }
            if !outcome.failures.isEmpty {
                let context = context(settings, running: invocation, since: started)
                outcome = await limitAdvice(context, invocation).advising(outcome)
            }
            outcome.stand(at: invocation)
            do {
                for effect in outcome.effects { outcome.text += try await apply(effect, settings, invocation) }
                // An answer that is no is not caught.
                let isCaught = outcome.status.isFailure && isCaught(outcome.status)
                // Who has interrupted it is not kept in a pager from what was left.
                let isPaged = outcome.status != .interrupted
                try await Presentation(output, settings).show(outcome, of: name, paged: isPaged, isCaught: isCaught)
            } catch {
                throw Failure(thrown: error).behind(outcome)
            }
            status = outcome.status
            if status != .done {
                reported = ReportedFailure(
                    failure: Failure(outcome, of: name).hiding(output.hiding), command: name,
                    isShown: !(status.isFailure && isCaught(status)))
            }
            if outcome.changed || outcome.status != .done { changes += 1 }
            // The outcome so far is shown, and the rest was not asked or done.
            if Task.isCancelled, outcome.status != .done { status = .interrupted }
            if status == .interrupted, outcome.isShown { output.message("error: interrupted") }
            if Task.isCancelled, outcome.status == .done, outcome.changed, !settings.dryRun {
                status = .interrupted
                output.message(Self.interruptedTooLate)
            }
        } catch {
            let context = context(settings, running: invocation, since: started)
            var failure = await Suggestions(context).suggesting(
                Failure(thrown: error).advising(invocation.syntax, in: Catalogue.table), for: invocation)
            if !invocation.syntax.changes { failure = failure.leavingNoDoubt("") }
            failure = await UnreachedNodeAdvice(context).advising(failure)
            failure = await limitAdvice(context, invocation).advising(failure)
            if let report = DoubtReport(connection.takeDoubts()) { report.add(to: &failure) }
            if failure.place == nil, failure.status != .interrupted, !invocation.source.isBeforeTheUser {
                failure.place = (invocation.source, invocation.span)
                failure.hidesLine = invocation.holdsSecret
            }
            if Task.isCancelled { failure.status = .interrupted }
            await report(failure, of: name, settings)
            status = failure.status
            changes += 1
        }
        output.tellsOnlyErrors(self.settings.isQuiet)
        // What was given up may go on, and no sign of it may get into what comes next.
        output.lifeSign?.endAll()
        if self.settings.timing {
            output.message("Time: \(JSON.rounded(started.duration(to: .now).milliseconds)) ms")
        }
        return status
    }

    private func limitAdvice(_ context: CommandContext, _ invocation: Invocation) -> SessionLimitAdvice {
        SessionLimitAdvice(context, isOwnWork: Catalogue.type(of: invocation)?.isOwnWork ?? false)
    }

    /// Runs one command. Nothing that it was given outlives it: a variable that is set would have all of them copied.
    ///
    /// - Parameter settings: the session's, and then the command's.
    @inline(__always)
    private func outcome(
        of invocation: Invocation, _ settings: inout Settings, since start: ContinuousClock.Instant
    ) async throws -> Outcome {
        let arguments = try Arguments(invocation, variables: variables)
        settings = settings.with(arguments)
        output.tellsOnlyErrors(settings.isQuiet)
        try settings.requireColumns(of: invocation)
        let command = try Catalogue.command(arguments)
        try Task.checkCancellation()
        connection.kept.keeps(command.keepsLinks)
        let context = context(settings, running: invocation, since: start)
        guard type(of: command).isOwnWork else {
            return try await watched(context, invocation.syntax.name, command)
        }
        connection.beginOwnWork()
        do {
            let outcome = try await watched(context, invocation.syntax.name, command)
            await connection.endOwnWork()
            return outcome
        } catch {
            await connection.endOwnWork()
            throw error
        }
    }

    private func watched(
        _ context: CommandContext, _ name: String, _ command: any Command
    ) async throws -> Outcome {
        try await watched(context, name, isLookedAfter: !command.isRepeated) { try await command.run(context) }
    }

    /// Where what was to be interrupted could only be waited for. What comes behind it does not run.
    static let interruptedTooLate: Message = "note: the interrupt came too late: this is done"

    func context(
        _ settings: Settings, running invocation: Invocation, since start: ContinuousClock.Instant = .now
    ) -> CommandContext {
        context(settings, log == nil ? "" : echo(of: invocation), since: start)
    }

    /// - Parameters:
    ///   - command: the text of the command, for the log.
    ///   - start: the time when it began.
    func context(
        _ settings: Settings, _ command: String, since start: ContinuousClock.Instant = .now
    ) -> CommandContext {
        CommandContext(
            cluster: cluster(settings, running: command, since: start), settings: settings, output: output,
            variables: variables, target: target, firstTarget: firstTarget, started: start, stopping: stopping,
            typedCommands: typedCommands, inputIsFree: inputIsFree, rows: arrivingRows)
    }

    /// The cluster, with the time limit for a command in these settings.
    ///
    /// - Parameter command: the command that asks, for the log.
    func cluster(
        _ settings: Settings, running command: String, since start: ContinuousClock.Instant = .now
    ) -> Cluster {
        let listener = CommandListener(output: output, log: log, showsSQL: settings.showSQL, command: command)
        return Cluster(connection, listener: listener, deadline: settings.timeout.map { start.advanced(by: $0) })
    }

    /// Connects, and describes the connection, with the data nodes, which come with what the server says of itself.
    ///
    /// - Returns: no nodes where they can't be had.
    func greeting() async throws(ClusterError) -> (summary: ConnectionSummary, nodes: [DataNode]?) {
        let cluster = cluster(settings, running: "connect")
        _ = try await cluster.link()
        let nodes = try? await cluster.nodes()
        return (try await ConnectionSummary(of: cluster), nodes)
    }

    func echo(of invocation: Invocation) -> String {
        let text = invocation.source.text(invocation.span)
        return invocation.holdsSecret || Secrets.areIn(line: text) ? invocation.syntax.name + " ********" : text
    }

    /// Applies a change that a command makes to the session.
    ///
    /// - Returns: the messages about it.
    private func apply(
        _ effect: Effect, _ settings: Settings, _ invocation: Invocation
    ) async throws(ClusterError) -> [String] {
        switch effect {
        case .variable(let name, let value): variables[name] = value
        case .setting(let change): self.settings.apply(change)
        case .end(let status): requestedExit = (status, true)
        case .disconnect:
            changes += 1
            tellUndoneTransaction()
            connection.disconnect()
        case .connect(let target, let isTold):
            changes += 1
            tellUndoneTransaction()
            self.target = target
            connection.retarget(to: target.cluster)
            variables["sandbox"] = target.sandbox?.socketFolder.map { Variables.Value($0) }
            let cluster = context(settings, running: invocation).cluster
            _ = try await cluster.link()
            if isTold { return [try await ConnectionSummary(of: cluster).text] }
        }
        return []
    }
}
