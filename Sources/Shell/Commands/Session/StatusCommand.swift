import CommandLanguage
import MultiNode
import Platform
import Postgres
import Rendering

struct StatusCommand: Command {
    static let syntax = CommandSyntax(
        "status", group: .session, "Show the cluster on one screen",
        options: [
            OptionSyntax("--watch", "TIME", .duration, "Show it again and again, after this time each, until Ctrl-C")
        ],
        details: """
            All nodes are asked side by side, for at most 4 seconds; a node that fails is shown and holds up nothing. The \
            status is 5 when a node is not up, a transaction is in doubt, or a chunk has too few replicas.
            """,
        examples: ["status", "status --watch 2s", "status --watch 30s --format json"])

    let arguments: Arguments
    private let interval: Duration?

    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        interval = arguments.duration("--watch")
        if let interval, interval < .milliseconds(100) {
            throw arguments.problem("--watch takes 100ms or more", at: arguments.value("--watch"))
        }
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        guard let interval else { return try await Self.report(session) }
        return await watch(session, every: interval)
    }

    /// Shows the report until the command is interrupted, which is how it is meant to end: nothing is said about it.
    private func watch(_ session: isolated Session, every interval: Duration) async -> Outcome {
        let format = session.settings.format
        while !session.isEnding {
            let started = ContinuousClock.now
            session.deadline = session.settings.timeout.map { started.advanced(by: $0) }
            let answer: Result<Outcome, Failure>
            do throws(Failure) {
                var report = try await Self.report(session)
                // Who watches sees it.
                report.complaint = nil
                answer = .success(report)
            } catch {
                answer = .failure(error)
                // The next round opens the connection anew.
                if error.status == .noConnection { await session.disconnect() }
            }
            if Task.isCancelled { break }
            if [.table, .expanded].contains(format) { session.output.beginRound() }
            do throws(Failure) {
                try session.show(try answer.get(), of: Self.syntax.name, in: format, paged: false)
            } catch {
                // The access node is away: it may come back.
                session.show(error, of: Self.syntax.name, in: format)
            }
            do throws(CancellationError) {
                try await EventLoop.shared.sleep(until: started.advanced(by: interval))
            } catch {
                break
            }
        }
        var outcome = Outcome(status: .interrupted)
        outcome.isShown = false
        return outcome
    }

    /// The cluster as it is now; its status tells whether it is healthy.
    static func report(_ session: isolated Session) async throws(Failure) -> Outcome {
        let (connection, capabilities) = try await session.server()
        var report = Report()
        report.add("access node", session.placeName, "\(connection.info.database) as \(connection.info.user)")
        report.add("engine", session.engineName ?? "")
        if let refusal = capabilities.refusal {
            report.add("multi-node", "no", refusal)
            return report.outcome(isHealthy: false)
        }
        let nodes = try await session.dataNodes()
        let probes = await session.probe(nodes, timeout: session.remaining(atMost: .seconds(5)) * 4 / 5)
        // What a signal kept from being asked is no state.
        try Task.checkInterruption()
        for probe in probes { report.add(probe) }
        if nodes.isEmpty { report.add("data nodes", "none", "'node add' adds them") }
        let counts = try await session.send(ClusterCounts.query(capabilities), on: connection)
        let cluster = ClusterCounts(row: counts.records.first ?? [:])
        let doubts = probes.compactMap(\.inDoubt).reduce(0, +)
        let unknown = probes.count { $0.inDoubt == nil }
        report.add(
            "in doubt", .integer(Int64(doubts)),
            unknown > 0
                ? "and unknown on \(unknown) node\(unknown == 1 ? "" : "s")"
                : doubts > 0 ? "'heal all' resolves them" : "")
        report.add(
            "transaction log", .integer(Int64(cluster.transactionLog)), cluster.transactionLog == 1 ? "row" : "rows")
        report.add("hypertables", .integer(Int64(cluster.hypertables)), "distributed")
        report.add(
            "under-replicated", cluster.underReplicated.map { .integer(Int64($0)) } ?? .text("unknown"), "chunks")
        report.add(healing: try await session.healingJob())
        var faults = probes.filter { $0.state != .up || !$0.node.isAvailable }.map {
            "\($0.node.name) (\($0.state == .up ? "unavailable" : $0.state.rawValue))"
        }
        if doubts > 0 { faults.append("\(doubts) in doubt") }
        if let count = cluster.underReplicated, count > 0 { faults.append("\(count) under-replicated") }
        var outcome = report.outcome(isHealthy: faults.isEmpty)
        if !faults.isEmpty { outcome.complaint = "not healthy: \(faults.joined(separator: ", "))" }
        outcome.nodes = probes.map(\.outcome)
        return outcome
    }

    /// What is shown: a thing, its state, and what there is to say about it.
    private struct Report {
        private var rows: [[Value]] = []

        mutating func add(_ thing: String, _ state: String, _ note: String = "") { add(thing, .text(state), note) }

        mutating func add(_ thing: String, _ state: Value, _ note: String = "") {
            rows.append([.text(thing), state, note.isEmpty ? .null : .text(note)])
        }

        mutating func add(healing job: Job?) {
            guard let job else { return add("healing job", "none", "'heal all' heals now") }
            let runs = "job \(job.id) every \(job.schedule), \(job.runs) runs, \(job.failures) failed"
            add("healing job", job.isScheduled ? job.lastStatus ?? "scheduled" : "paused", runs)
        }

        mutating func add(_ probe: Probe) {
            var notes: [String] = []
            if !probe.node.isAvailable { notes.append("marked unavailable") }
            if probe.isInRecovery == true { notes.append("in recovery") }
            if let version = probe.version { notes.append(version) }
            if probe.state == .up { notes.append("\(JSON.rounded(probe.milliseconds)) ms") }
            if let message = probe.message { notes.append(message) }
            add("node \(probe.node.name)", probe.state.rawValue, notes.joined(separator: ", "))
        }

        func outcome(isHealthy: Bool) -> Outcome {
            let columns: [Table.Column] = [.init("what"), .state("state"), .init("note")]
            return Outcome(table: Table(columns: columns, rows: rows), status: isHealthy ? .done : .notHealthy)
        }
    }
}
