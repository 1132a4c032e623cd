import CannedServers
import ClusterAccess
import MultiNode
import Operations
import Platform
import Testing

@Suite struct OperationTests {
    private let clock = VirtualTime(seed: 1)

    private func step(_ name: String, _ change: (inout ScriptedStep) -> Void = { _ in }) -> ScriptedStep {
        var step = ScriptedStep(name: name, clock: clock)
        change(&step)
        return step
    }

    @Test func outcomesStandInTheOrderOfTheSteps() {
        let trial = Trial(
            Operation(
                [
                    step("slow") { $0.time = .seconds(9) }, step("fails") { $0.answer = .failure(.outOfMemory) },
                    step("unneeded") { $0.isNeededAnswer = .success(false) },
                    step("unasked") { $0.isNeededAnswer = .failure(.unreachable) }, step("quick"),
                ], parallel: 8), clock)
        #expect(trial.records.map(\.step.name) == ["slow", "fails", "unneeded", "unasked", "quick"])
        #expect(trial.outcomes == ["done", "failed", "unneeded", "failed", "done"])
        #expect(trial.records.map(\.milliseconds) == [9000, 1000, 0, 0, 1000])
        #expect(trial.records[1].outcome.error?.sqlstate == "53200")
        #expect(trial.events.last == "9000: all ended")
    }

    @Test func noMoreAreInHandThanMayBe() {
        let trial = Trial(Operation((1...5).map { step("\($0)") }, parallel: 2), clock)
        #expect(
            trial.events.filter { $0.hasSuffix("began") } == [
                "0: 0 began", "0: 1 began", "1000: 2 began", "1000: 3 began", "2000: 4 began",
            ])
    }

    @Test(arguments: [0, -1]) func oneAtATimeIsTheLeast(parallel: Int) {
        let trial = Trial(Operation([step("1"), step("2")], parallel: parallel), clock)
        #expect(trial.outcomes == ["done", "done"])
    }

    @Test func stepsAreAloneUntilOneIsComplete() {
        let trial = Trial(
            Operation(
                [step("fails") { $0.answer = .failure(.outOfMemory) }, step("2"), step("3"), step("4")], parallel: 8,
                beginsAlone: true), clock)
        #expect(
            trial.events.filter { $0.hasSuffix("began") }.sorted() == [
                "0: 0 began", "1000: 1 began", "2000: 2 began", "2000: 3 began",
            ])
    }

    /// The steps take the time of the wall, as what frees a place does.
    @Test(.timeLimit(.minutes(1))) func aSilentStepTakesNoPlace() async {
        struct Silent: Step {
            let name: String
            let gate: Gate
            var plan: Plan { Plan() }

            func run(_ report: StepReport) async throws(ClusterError) {
                if name == "first" { _ = await gate.pass() } else { gate.open() }
            }

            func result(after error: ClusterError) async throws(ClusterError) -> Void? { nil }
        }
        struct Listener: OperationListener {
            func received(_ event: OperationEvent<Void>) {}
        }
        let gate = Gate()
        let steps = [Silent(name: "first", gate: gate), Silent(name: "second", gate: gate)]
        let records = await Operation(steps, parallel: 1, patience: .milliseconds(1)).run(Listener())
        #expect(records.count == 2 && records.allSatisfy { $0.outcome.isComplete })
    }

    @Test func theClusterTellsWhatBecameOfALostAnswer() {
        for error in [ClusterError.connectionLost, .timedOut, .interrupted] {
            let trial = Trial(
                Operation(
                    [
                        step("done") { ($0.answer, $0.truth) = (.failure(error), .success(7)) },
                        step("not done") { $0.answer = .failure(error) },
                        step("silent") { ($0.answer, $0.truth) = (.failure(error), .failure(.unreachable)) },
                    ], parallel: 8), clock)
            #expect(trial.outcomes == ["done", "failed", "unknown"])
            // The first error says more than that the question was not answered either.
            #expect(trial.records.map(\.outcome.error?.kind) == [nil, error.kind, error.kind])
            if case .done(let result) = trial.records[0].outcome { #expect(result == 7) }
        }
    }

    @Test func aRefusalLeavesNoDoubt() {
        let trial = Trial(
            Operation(
                [step("refused") { ($0.answer, $0.truth) = (.failure(.outOfMemory), .success(7)) }], parallel: 1), clock
        )
        #expect(trial.outcomes == ["failed"])
    }

    @Test func aRefusalThatLeavesDoubtSaysSo() {
        var error = ClusterError("the transaction resolution is unknown")
        error.sqlstate = "08007"
        let trial = Trial(
            Operation([step("1") { ($0.answer, $0.truth) = (.failure(error), .success(7)) }], parallel: 1), clock)
        #expect(trial.outcomes == ["done"])
    }

    @Test func whatIsShownIsThePlanOfEachStep() {
        let operation = Operation([step("1"), step("2")], parallel: 1)
        #expect(operation.plan.statements.map(\.shown) == ["SELECT '1'", "SELECT '2'"])
    }

    @Test func nothingToDo() {
        let trial = Trial(Operation([ScriptedStep](), parallel: 8), clock)
        #expect(trial.records.isEmpty)
        #expect(trial.events == ["0: all ended"])
    }

    @Test func stepsRunOnTheEventLoop() async {
        struct Listener: OperationListener {
            func received(_ event: OperationEvent<Bool>) {}
        }
        struct LoopStep: Step {
            let name = "1"
            let plan = Plan()

            private var isOnLoop: Bool { EventLoop.shared.isIsolatingCurrentContext() == true }

            func run(_ report: StepReport) async throws(ClusterError) -> Bool {
                guard isOnLoop else { return false }
                throw .connectionLost
            }

            func result(after error: ClusterError) async throws(ClusterError) -> Bool? { isOnLoop }
        }
        let records = await Operation([LoopStep(), LoopStep()], parallel: 2).run(Listener())
        for record in records {
            guard case .done(let isOnLoop) = record.outcome, isOnLoop else {
                Issue.record("a step ran elsewhere")
                continue
            }
        }
    }
}
