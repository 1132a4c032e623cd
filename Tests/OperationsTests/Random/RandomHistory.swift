import Operations

/// A cluster, and a command that is run again and again until nothing is left to do.
struct RandomHistory<Situation: Scenario> {
    private let situation: Situation
    private let cluster = ModelCluster()
    private let time: VirtualTime
    private(set) var violations: [String] = []
    /// How often the operation was run with faults or interventions.
    private(set) var runs = 0
    /// What became of each step in each run.
    private(set) var outcomes: [String] = []
    var elapsed: Duration { time.elapsed }

    init(seed: UInt64, _ make: (inout SplitMix64) -> Situation) {
        var random = SplitMix64(seed: seed)
        let situation = make(&random)
        self.situation = situation
        cluster.read { situation.begin(&$0, using: &random) }
        time = VirtualTime(seed: random.next())
    }

    mutating func play() {
        for _ in 0..<time.random({ Int.random(in: 1...6, using: &$0) }) {
            run(faults: time.random { [0, 10, 30, 80].randomElement(using: &$0) ?? 0 }, time.random(Intervention.draw))
            if !violations.isEmpty { return }
            time.random { random in cluster.read { situation.change(&$0, using: &random) } }
        }
        run(faults: 0, [])
        // Servers may still have statements in hand.
        time.run()
        checkCluster()
    }

    private mutating func run(faults: Int, _ interventions: [Intervention]) {
        var run = RandomRun(situation, cluster, time, faults: faults, interventions)
        run.play()
        violations += run.violations
        outcomes += run.records.map(\.outcome.word)
        guard faults == 0, interventions.isEmpty else { return runs += 1 }
        let situation = situation
        for record in run.records where !record.outcome.isComplete {
            if !cluster.read({ situation.isHopeless(record.step.name, $0) }) {
                violations.append("\(record.step.name) can be done, and was not: \(record.outcome)")
            }
        }
    }

    /// Every transaction in doubt was ended as the access node decided, and never otherwise; each node was added once.
    private mutating func checkCluster() {
        let (endings, nodes) = cluster.read { ($0.endings, $0.nodeList) }
        for (gid, ending, verdict) in endings {
            switch (verdict, ending) {
            case (.commit, .committed), (.abort, .rolledBack): break
            default: violations.append("\(gid) was \(ending), and ought to be \(verdict)")
            }
        }
        if Set(nodes).count != nodes.count { violations.append("a node was added twice: \(nodes)") }
    }
}
