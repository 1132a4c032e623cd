import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Platform
import Rendering

/// Shows how far an operation is: on a terminal a line for each step in hand and one for the whole, elsewhere a line now
/// and then.
final class OperationDisplay<Result: Sendable>: OperationListener {
    private let progress: Lock<OperationProgress>
    private let output: Output
    private let command: String
    private let isInBytes: Bool
    private let waitsFor: @Sendable () -> WaitCause
    private let display: Lock<ProgressDisplay?>
    private let ticker: Lock<Task<Void, Never>?>
    private let ended: @Sendable (Int, StepOutcome<Result>, Double) -> Void

    /// - Parameters:
    ///   - isInBytes: whether the weight of a step is a number of bytes.
    ///   - interval: between two lines where there is no terminal.
    ///   - waitsFor: tells what the command was found to wait for last.
    ///   - ended: takes a step that has ended, by its index, and its milliseconds.
    init(
        _ steps: [some Step<Result>], of command: String, _ output: Output, isInBytes: Bool = false,
        every interval: Duration, waitsFor: @escaping @Sendable () -> WaitCause = { .unknown },
        ended: @escaping @Sendable (Int, StepOutcome<Result>, Double) -> Void = { _, _, _ in }
    ) {
        (self.ended, self.waitsFor) = (ended, waitsFor)
        progress = Lock(OperationProgress(steps, at: .now))
        self.output = output
        self.command = command
        self.isInBytes = isInBytes
        display = Lock(nil)
        ticker = Lock(nil)
        let shown = output.progress { [weak self] width, height, color in
            self?.lines.render(width: width, height: height, color: color) ?? []
        }
        display.withLock { $0 = shown }
        let tick: @Sendable (OperationDisplay) -> Void
        if let shown {
            // The time left goes down also while nothing happens.
            tick = { _ in shown.draw() }
        } else {
            tick = { if !$0.output.isQuiet { $0.output.message("\(command): \($0.lines.summaryWithWaits)") } }
        }
        let pause = shown == nil ? interval : .seconds(1)
        let task = Task(executorPreference: EventLoop.shared) { [weak self] in
            var pacing = Pacing(every: pause, from: .now)
            while (try? await EventLoop.shared.sleep(until: pacing.next)) != nil, !Task.isCancelled {
                guard let self else { return }
                if pacing.isDue(at: .now) { tick(self) }
            }
        }
        ticker.withLock { $0 = task }
    }

    private var lines: OperationLines {
        let now = ContinuousClock.now
        return progress.withLock { progress in
            OperationLines(
                inHand: progress.inHand.map { .init($0.name, fraction: $0.fraction, waitsFor: $0.waitsFor) },
                done: progress.doneCount, failed: progress.failedCount, passedOver: progress.passedOverCount,
                total: progress.totalCount, fraction: progress.fraction, timeLeft: progress.timeLeft(at: now),
                amount: isInBytes ? Self.amount(progress, at: now) : nil, standstill: standstill(progress, at: now))
        }
    }

    /// After so long without a movement it is told why.
    private static var longestStillness: Duration { .seconds(30) }

    /// Why nothing has got on for a while; nil where it has, or a step tells that itself and nobody knows more.
    private func standstill(_ progress: OperationProgress, at now: ContinuousClock.Instant) -> String? {
        guard !progress.inHand.isEmpty, progress.stillness(at: now) >= Self.longestStillness else { return nil }
        let cause = waitsFor()
        let told = progress.inHand.compactMap(\.waitsFor)
        // What a step waits for itself that does not answer is told once.
        if let text = cause.text, !told.contains(where: { $0.contains(" not answer") }) {
            return "it waits for \(text)"
        }
        if !told.isEmpty { return nil }
        if case .work = cause { return "a server is at work on it" }
        return "nobody tells what it waits for"
    }

    /// `34 MB of 108 MB, 25 MB/s`.
    private static func amount(_ progress: OperationProgress, at now: ContinuousClock.Instant) -> String {
        let (behind, all) = (Int64(progress.weightBehind), Int64(progress.totalWeight))
        let rate = progress.rate(at: now).map { ", \(ByteCount.text(Int64($0)))/s" } ?? ""
        return "\(ByteCount.text(behind)) of \(ByteCount.text(all))\(rate)"
    }

    func received(_ event: OperationEvent<Result>) {
        progress.withLock { $0.apply(event, at: .now) }
        if case .stepEnded(let index, let outcome, let milliseconds) = event { ended(index, outcome, milliseconds) }
        if case .allEnded = event {
            ticker.withLock { $0?.cancel() }
            output.end(display.withLock { $0 })
        } else {
            display.withLock { $0 }?.draw()
        }
    }

    /// Says what the first Ctrl-C came to.
    func isStopping() {
        let inHand = progress.withLock { $0.inHand.map(\.name) }
        guard !inHand.isEmpty else { return }
        output.message(
            "note: no further step begins; waiting for \(inHand.listed); Ctrl-C again cancels")
    }
}
