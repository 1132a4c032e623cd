import ClusterAccess
import Operations
import Platform

/// One run of an operation on a model cluster, with faults and interventions, and the invariants that must hold.
struct RandomRun<Situation: Scenario> {
    typealias Work = Situation.Work

    private let situation: Situation
    private let client: ModelClient
    private let operation: Operation<Work>
    private let recorder: Recorder<Work>
    private let stop = Stop()
    private var interventions: [Intervention]
    private var time: VirtualTime { client.time }

    private let faults: Int
    private var isKilled = false
    /// How many statements had been sent when the operation was asked to stop.
    private var callsBeforeStop: Int?
    /// When the steps in hand were cancelled, and how many statements had been sent before.
    private var cancelled: (time: Duration, calls: Int)?
    private(set) var violations: [String] = []
    private(set) var records: [StepRecord<Work>] = []

    /// The longest question about a step.
    private static var longestQuestion: Duration { .seconds(5) }

    init(_ situation: Situation, _ cluster: ModelCluster, _ time: VirtualTime, faults: Int, _ plan: [Intervention]) {
        self.situation = situation
        self.faults = faults
        client = ModelClient(cluster, time, faults: faults) { situation.isToldDone($0, $1) }
        let parallel = time.random { Int.random(in: 1...4, using: &$0) }
        operation = situation.operation(client, parallel: parallel)
        let isAlone = cluster.read { situation.beginsAlone($0) }
        recorder = Recorder(operation.steps, parallel: parallel, beginsAlone: isAlone, time) { name in
            cluster.read { situation.isDone(name, $0) }
        }
        interventions = plan
    }

    mutating func play() {
        let result = Lock<[StepRecord<Work>]?>(nil)
        let task = Task(executorPreference: time) { [operation, recorder, stop, time] in
            let records = await operation.run(recorder, stop: stop, now: { time.now }, on: time)
            result.withLock { $0 = records }
        }
        for _ in 0..<20_000 {
            if let records = result.withLock({ $0 }) {
                self.records = records
                violations += recorder.violations
                if !isKilled { check() }
                return
            }
            if let next = interventions.first, time.random({ $0.isLucky(3) }) {
                interventions.removeFirst()
                intervene(next, task)
            }
            guard time.advance() else { return violations.append("the operation hangs") }
        }
        violations.append("the operation never ends")
    }

    private mutating func intervene(_ intervention: Intervention, _ task: Task<Void, Never>) {
        callsBeforeStop = callsBeforeStop ?? client.calls.count
        switch intervention {
        case .stop:
            if recorder.isStopped { cancelled = (time.elapsed, client.calls.count) }
            recorder.stopped()
            stop.request()
        case .cancel:
            cancelled = (time.elapsed, client.calls.count)
            recorder.stopped()
            task.cancel()
        case .kill:
            isKilled = true
            client.kill()
            task.cancel()
        }
    }

    private mutating func require(_ condition: Bool, _ text: String) {
        if !condition { violations.append(text) }
    }

    private mutating func check() {
        require(records.map(\.step.name) == operation.steps.map(\.name), "each step has a record, in their order")
        for (index, record) in records.enumerated() { check(record, index) }
        checkStop()
        checkCancellation()
    }

    private mutating func check(_ record: StepRecord<Work>, _ index: Int) {
        let calls = client.calls.filter { $0.name == record.step.name }
        let effects = calls.filter { $0.purpose == .effect }
        let last = calls.last
        let isTold = last.map { $0.purpose == .question && $0.isAnswered } ?? false
        let what = "\(record.step.name), \(record.outcome)"
        require(effects.count <= 1, "a step is done once: \(what)")
        let afterDone = calls.drop { !($0.purpose == .question && $0.isAnswered && $0.toldDone) }
        require(!afterDone.contains { $0.purpose == .effect }, "what is done is not done again: \(what)")
        require(calls.allSatisfy { $0.ended != nil }, "nothing is under way after the end: \(what)")
        let isBegun = recorder.begun.contains(index)
        if case .notBegun = record.outcome {
            require(!recorder.ended.contains(index), "what did not begin does not end: \(what)")
        } else {
            require(recorder.ended.contains(index), "every end is told: \(what)")
        }
        switch record.outcome {
        case .notBegun, .passedOver, .unneeded:
            require(!isBegun && calls.allSatisfy { $0.purpose == .question }, "it was not touched: \(what)")
            if !recorder.isStopped, case .notBegun = record.outcome { violations.append("it began: \(what)") }
        case .done:
            require(isBegun, "what is done began: \(what)")
        case .failed(let error) where error.kind == .refused || !isBegun:
            require(!effects.contains(where: \.isDone), "what was refused was not done: \(what)")
        case .failed:
            // A step that can't succeed may know that without asking.
            let isHopeless = client.cluster.read { situation.isHopeless(record.step.name, $0) }
            require(isHopeless || isTold && last?.toldDone == false, "the cluster says that it is not done: \(what)")
        case .unknown(let error):
            require(isBegun && error.kind != .refused, "only an answer that was lost leaves doubt: \(what)")
            require(!isTold, "what the cluster tells is known: \(what)")
            require(faults > 0 || !situation.asksWhenCancelled, "the cluster was not asked: \(what)")
        }
    }

    /// After a request to stop nothing is sent for steps that were not in hand.
    private mutating func checkStop() {
        guard let callsBeforeStop else { return }
        let (before, after) = (client.calls.prefix(callsBeforeStop), client.calls.dropFirst(callsBeforeStop))
        let inHand = Set(before.map(\.name)).union(recorder.begun.map { operation.steps[$0].name })
        for call in after { require(inHand.contains(call.name), "nothing begins after a request to stop: \(call)") }
    }

    /// After a cancellation only questions are sent, and what was under way ends soon.
    private mutating func checkCancellation() {
        guard let cancelled else { return }
        let calls = client.calls
        require(
            calls.dropFirst(cancelled.calls).allSatisfy { $0.purpose == .question },
            "only questions are asked after a cancellation")
        for call in calls {
            let limit = call.purpose == .question ? ModelClient.grace + Self.longestQuestion : ModelClient.grace
            let ended = call.ended ?? .zero
            require(ended <= cancelled.time + limit, "\(call) was not cancelled at \(cancelled.time)")
        }
    }
}
