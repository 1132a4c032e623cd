import ClusterAccess
import CommandLanguage
import MultiNode
package import Platform

/// Looks after a command that takes long: says what it waits for, and ends it when nothing gives a sign of life any more.
///
/// What a server works on may take as long as it takes. Where a time limit was asked for, that ends the command.
@LoopActor package final class CommandWatch {
    package struct Pace: Sendable {
        /// When it looks first, and how often then.
        package var interval: Duration = .seconds(10)
        /// After so long without a sign of life from what it waits for a command ends.
        package var longestSilence: Duration = .seconds(60)
        /// After so long it ends if it waits for a lock whose holder does nothing.
        package var longestLock: Duration = .seconds(600)

        package init() {}
    }

    private let context: CommandContext
    private let name: String
    let pace: Pace
    private let started = ContinuousClock.now
    private var hasBegun = false
    /// Ends the command, and says whether that tells why.
    var cancel: ((Failure) -> Bool)?
    private var hasEnded = false
    private var told: String?
    /// Since when nothing has moved, and what it is that does not.
    private var still: (since: ContinuousClock.Instant, cause: WaitCause)?
    /// What it was found to wait for last.
    private(set) var cause: WaitCause = .unknown
    /// Why the command was ended.
    private(set) var end: Failure?
    /// Whether the command tells that itself.
    private(set) var isTold = false

    init(_ context: CommandContext, _ name: String, _ pace: Pace) {
        (self.context, self.name, self.pace) = (context, name, pace)
    }

    /// When the command has taken long.
    var firstLook: ContinuousClock.Instant { started.advanced(by: pace.interval) }

    func stop() { hasEnded = true }

    /// Begins to look, again and again until the command ends.
    func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        Task(executorPreference: EventLoop.shared) { await self.look() }
    }

    private func look() async {
        while !hasEnded {
            let began = ContinuousClock.now
            let cause = await context.cluster.waitCause(within: .seconds(8))
            if hasEnded { return }
            note(cause, at: began)
            if let end {
                isTold = cancel?(end) ?? false
                return
            }
            guard (try? await EventLoop.shared.sleep(until: began.advanced(by: pace.interval))) != nil else { return }
        }
    }

    private func note(_ cause: WaitCause, at time: ContinuousClock.Instant) {
        tell(cause)
        self.cause = cause
        context.course.withLock { $0.waitCause = cause }
        guard cause.isSilent || cause.isStuck else {
            still = nil
            return
        }
        let since = still?.since ?? time
        still = (since, cause)
        let limit = cause.isSilent ? pace.longestSilence : pace.longestLock
        // Where a limit was asked for, it counts; and none counts where that was asked for.
        guard context.settings.timeout == nil, !context.settings.waitsForever, since.advanced(by: limit) <= .now else {
            return
        }
        end = Self.failure(cause, after: limit)
    }

    /// At a terminal each new cause is told, elsewhere the first that is no work.
    private func tell(_ cause: WaitCause) {
        let isSeen = context.output.messageTerminal != nil
        let seconds = Int(started.duration(to: .now) / .seconds(1))
        let text: String
        if let wait = cause.text {
            text = "waiting for \(wait)" + (cause.help.map { "; help: \($0)" } ?? "")
        } else if case .work = cause, isSeen {
            text = "still running on the access node"
        } else {
            return
        }
        guard isSeen ? told != text : told == nil else { return }
        told = text
        let way = isSeen ? "; Ctrl-C cancels it" : ""
        context.output.message("note: \(name) takes \(seconds) s: \(text)\(way)")
    }

    private static func failure(_ cause: WaitCause, after limit: Duration) -> Failure {
        let what = cause.text ?? "an answer"
        var failure = Failure(
            "no sign of life for \(limit.inWords): it was waiting for \(what)",
            remedy: [cause.remedy, "--timeout 0 waits as long as it takes"].compactMap(\.self).joined(separator: "\n"))
        if case .nodes(let probes, _) = cause, probes.count == 1 { failure.node = probes.first?.node.name }
        failure.isTimedOut = true
        return failure
    }
}

extension Interpreter {
    /// Looks after commands at another pace.
    package func keep(_ pace: CommandWatch.Pace) {
        self.pace = pace
        lookout.wakeAnew()
    }

    /// Runs a piece of work and looks after it.
    ///
    /// - Parameter isLookedAfter: false where that is not to be.
    func watched<Value: Sendable>(
        _ context: CommandContext, _ name: String, isLookedAfter: Bool = true,
        _ work: @escaping @LoopActor () async throws -> Value
    ) async throws -> Value {
        let watch = CommandWatch(context, name, pace)
        if isLookedAfter { lookout.begin(watch) }
        // What is done at once needs no turn of its own on the event loop. What is not is back here when its turn ends.
        let task = Task.immediate(executorPreference: EventLoop.shared) { try await work() }
        watch.cancel = { [stopping] failure in
            let isTold = stopping.end(because: failure)
            task.cancel()
            return isTold
        }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        lookout.end()
        watch.stop()
        guard let end = watch.end else {
            guard case .failure(let error) = result, case .lock = watch.cause else { return try result.get() }
            throw Self.explained(Failure(thrown: error), by: watch.cause)
        }
        switch result {
        case .success(let value):
            // It is done all the same, or tells itself which of its parts are not.
            if !watch.isTold { context.output.message("note: \(end.message)") }
            return value
        case .failure(let error): throw Self.joined(end, Failure(thrown: error))
        }
    }

    /// A failure for which the time was over, with the lock that it waited for.
    private static func explained(_ failure: Failure, by cause: WaitCause) -> Failure {
        guard failure.isTimedOut, let text = cause.text else { return failure }
        var failure = failure
        failure.detail = failure.detail ?? "it was waiting for \(text)"
        failure.remedy = [cause.remedy, failure.remedy].compactMap(\.self).joined(separator: "\n")
        return failure
    }

    /// The failure of what was ended, with what is known of its effect.
    private static func joined(_ end: Failure, _ failure: Failure) -> Failure {
        var failure = failure
        // It may have failed by itself meanwhile.
        guard failure.status == .interrupted else {
            failure.detail = failure.detail ?? end.message
            return failure
        }
        // Behind the colon stands what became of it.
        let rest = failure.message.split(separator: ": ", maxSplits: 1).dropFirst().first.map { ": \($0)" } ?? ""
        failure.message = end.message + rest
        failure.remedy = [end.remedy, failure.remedy].compactMap(\.self).joined(separator: "\n")
        (failure.status, failure.isTimedOut, failure.node) = (.failed, true, end.node)
        return failure
    }
}
