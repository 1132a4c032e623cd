import ClusterAccess
import Operations
import Platform
import Testing

@Suite struct StopTests {
    private let clock = VirtualTime(seed: 1)
    private let stop = Stop()

    private func steps(_ count: Int, questionTime: Duration = .zero) -> [ScriptedStep] {
        (0..<count).map { ScriptedStep(name: "\($0)", questionTime: questionTime, clock: clock) }
    }

    @Test func theFirstRequestLetsTheStepsInHandEnd() {
        let trial = Trial(
            Operation(steps(5), parallel: 2), stop: stop, clock, [(.milliseconds(1500), { [stop] _ in stop.request() })]
        )
        #expect(trial.outcomes == ["done", "done", "done", "done", "not begun"])
        #expect(trial.events.last == "2000: all ended")
        #expect(trial.records[4].milliseconds == 0)
    }

    @Test func theSecondCancelsThem() {
        let trial = Trial(
            Operation(steps(5), parallel: 2), stop: stop, clock,
            [
                (.milliseconds(1200), { [stop] _ in stop.request() }),
                (.milliseconds(1700), { [stop] _ in stop.request() }),
            ])
        #expect(trial.outcomes == ["done", "done", "failed", "failed", "not begun"])
        #expect(trial.records[2].outcome.error?.kind == .interrupted)
        #expect(trial.events.last == "1700: all ended")
    }

    @Test func theCancellationOfTheTaskDoesBoth() {
        let trial = Trial(
            Operation(steps(5), parallel: 2), stop: stop, clock, [(.milliseconds(1500), { $0.cancel() })])
        #expect(trial.outcomes == ["done", "done", "failed", "failed", "not begun"])
        #expect(trial.events.last == "1500: all ended")
        #expect(stop.isRequested)
    }

    @Test func whatIsCancelledIsAskedAboutAllTheSame() {
        var step = ScriptedStep(name: "1", questionTime: .seconds(3), clock: clock)
        step.truth = .success(7)
        let trial = Trial(
            Operation([step], parallel: 1), stop: stop, clock,
            [(.milliseconds(3500), { $0.cancel() }), (.milliseconds(4000), { [stop] _ in stop.request() })])
        #expect(trial.outcomes == ["done"])
        let asked = "3500: 0 waits for the cluster's answer whether it is done"
        #expect(trial.events == ["3000: 0 began", asked, "6500: 0 done in 6500", "6500: all ended"])
    }

    /// What is removed behind an error that leaves no doubt is not broken off at once either.
    @Test func whatAStepHasLeftIsRemovedAlsoWhenItIsCancelled() {
        var step = ScriptedStep(name: "1", questionTime: .seconds(3), clock: clock)
        (step.answer, step.truth, step.leavesSomething) = (.failure(ClusterError("refused")), .success(7), true)
        let trial = Trial(
            Operation([step], parallel: 1), stop: stop, clock,
            [
                (.milliseconds(4500), { [stop] _ in stop.request() }),
                (.milliseconds(5000), { [stop] _ in stop.request() }),
            ])
        #expect(trial.outcomes == ["done"])
        let asked = "4000: 0 waits for the cluster's answer whether it is done"
        #expect(trial.events == ["3000: 0 began", asked, "7000: 0 done in 7000", "7000: all ended"])
    }

    /// Whether a node is gone takes seconds to find out, and nothing begins any more.
    @Test func nobodyWaitsForAnObstacleWhoHasAskedForAStop() {
        var step = ScriptedStep(name: "1", clock: clock)
        step.obstacleTime = .seconds(10)
        let trial = Trial(
            Operation([step], parallel: 1), stop: stop, clock, [(.milliseconds(500), { [stop] _ in stop.request() })])
        #expect(trial.outcomes == ["not begun"])
        #expect(trial.events == ["500: all ended"])
        // Nothing goes on behind it.
        #expect(step.looksEnded.withLock { $0 } == 1)
    }

    @Test func aStepThatWasOnlyAskedAboutDoesNotBegin() {
        let trial = Trial(
            Operation(steps(2, questionTime: .seconds(1)), parallel: 2), stop: stop, clock,
            [(.milliseconds(500), { [stop] _ in stop.request() })])
        #expect(trial.outcomes == ["not begun", "not begun"])
        #expect(trial.events == ["1000: all ended"])
    }

    @Test func aQuestionIsCancelledToo() {
        let trial = Trial(
            Operation(steps(2, questionTime: .seconds(1)), parallel: 2), clock, [(.milliseconds(500), { $0.cancel() })])
        #expect(trial.outcomes == ["not begun", "not begun"])
        #expect(trial.events == ["500: all ended"])
    }

    private static let silence = ClusterError("dn1 does not answer", kind: .timedOut, remedy: "node ping dn1")

    /// Whoever runs it takes an interruption for the operator's own.
    @Test func whatNobodyHasAskedToEndIsNotInterrupted() {
        let trial = Trial(
            Operation(steps(5), parallel: 2), stop: stop, clock,
            [
                (
                    .milliseconds(1500),
                    { [stop] in
                        stop.cancel(because: Self.silence)
                        $0.cancel()
                    }
                )
            ])
        #expect(trial.outcomes == ["done", "done", "failed", "failed", "not begun"])
        let errors = trial.records.suffix(3).map(\.outcome.error)
        #expect(errors.allSatisfy { $0?.kind == .timedOut && $0?.remedy == "node ping dn1" }, "\(errors)")
        #expect(
            errors[2]?.message == "dn1 does not answer" && errors[0]?.message.hasPrefix("dn1 does not answer") == true)
        #expect(!stop.isInterrupted && stop.isRequested)
    }

    @Test func whoeverAsksBesidesHasInterruptedIt() {
        let trial = Trial(
            Operation(steps(5), parallel: 2), stop: stop, clock,
            [
                (.milliseconds(1200), { [stop] _ in stop.request() }),
                (.milliseconds(1500), { [stop] _ in stop.cancel(because: Self.silence) }),
            ])
        #expect(trial.outcomes == ["done", "done", "failed", "failed", "not begun"])
        #expect(trial.records[2].outcome.error?.kind == .interrupted && trial.records[4].outcome.error == nil)
        #expect(stop.isInterrupted)
    }

    @Test func whatIsNotBegunWhenTheTimeIsOverSaysSo() {
        let trial = Trial(
            Operation(steps(3), parallel: 1), stop: stop, clock,
            [(.milliseconds(500), { [stop] _ in stop.end(because: Self.silence) })])
        #expect(trial.outcomes == ["done", "not begun", "not begun"])
        #expect(trial.records[2].outcome.error?.message == "dn1 does not answer")
    }

    @Test func nothingBeginsWhereItWasAskedBefore() {
        stop.request()
        #expect(Trial(Operation(steps(2), parallel: 2), stop: stop, clock).outcomes == ["not begun", "not begun"])
        stop.request()
        #expect(Trial(Operation(steps(2), parallel: 2), stop: stop, clock).outcomes == ["not begun", "not begun"])
    }
}
