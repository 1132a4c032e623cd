import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct CheckCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "check", group: .session, "Look for every fault that is known, and say what mends each",
        details: """
            It only reads. The access node and each data node are asked directly, side by side, each for at most 5 \
            seconds; one that does not answer is a finding and holds up nothing. The status is 5 when there is an error, \
            and 0 when there are warnings at most.
            """,
        examples: ["check", "check --format json"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        // Another session may have changed what this one knows of the cluster.
        session.forgetCapabilities()
        let (connection, capabilities) = try await session.server()
        if let refusal = capabilities.refusal {
            let remedy = "tscl manages TimescaleDB 2.0 to 2.13 from its access node: -h, -p and -d name it"
            return Self.outcome([Finding(.error, Finding.accessNode, refusal, remedy: remedy)], nodes: [])
        }
        let nodes = try await session.dataNodes()
        let (_, clock) = try await session.facts(connection, node: nil, timeout: .seconds(5))
        var findings = ClusterCheck.accessNode(capabilities)
        findings += ClusterCheck.healing(try await session.healingJob(), logLengths: try await session.logLengths())

        let answers = await session.onEach(nodes) { node throws(Failure) in try await session.inspect(node) }
        let prepared = answers.compactMap { try? $0.answer.get() }.flatMap { $0.transactions.map(\.gid) }
        let (committed, snapshot) = try await session.verdicts(on: prepared)
        var present: [(node: DataNode, inspection: ServerInspection)] = []
        var silent: [String] = []
        var outcomes: [NodeOutcome] = []
        for (node, answer, milliseconds) in answers {
            findings += ClusterCheck.availability(node)
            switch answer {
            case .failure(let failure):
                findings.append(ClusterCheck.unreached(node.name, Self.reach(of: failure), failure.summary))
                silent.append(node.name)
                outcomes.append(
                    NodeOutcome(node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary))
            case .success(let inspection):
                outcomes.append(NodeOutcome(node.name, ok: true, milliseconds: milliseconds))
                let check = inspection.check(node.name, capabilities, clock)
                if let stranger = ClusterCheck.identity(
                    of: node, isAccessNode: check.isAccessNode, server: inspection.server, accessNode: capabilities)
                {
                    findings.append(stranger)
                    continue
                }
                present.append((node, inspection))
                findings += check.ofServer + check.ofDatabase + ClusterCheck.idleSlots(on: node.name, inspection.facts)
                findings += ClusterCheck.transactions(
                    on: node.name,
                    inspection.transactions.map { ($0, $0.verdict(committed: committed, snapshot)) })
            }
        }
        findings += ClusterCheck.sharedServers(
            present.map { ($0.node.name, $0.inspection.server.systemIdentifier) }, own: capabilities.systemIdentifier)
        findings += try await session.chunkFindings(capabilities, silent: silent, on: connection)
        let survey = try await session.surveyRoles(on: present.map(\.node))
        findings += ClusterCheck.roles(survey.sharedRoles.flatMap { survey.differences(of: $0) })
        // What a signal kept from being asked is no finding.
        try Task.checkInterruption()
        return Self.outcome(findings, nodes: outcomes)
    }

    private static func reach(of failure: Failure) -> ClusterCheck.Reach {
        switch Probe.State(failure) {
        case .hanging: .hanging
        case .refused: .refused
        case .up, .down, .interrupted: .down
        }
    }

    /// Errors come first, and within them the places in the order in which they were looked at.
    private static func outcome(_ findings: [Finding], nodes: [NodeOutcome]) -> Outcome {
        let errors = findings.filter { $0.severity == .error }
        let ordered = errors + findings.filter { $0.severity == .warning }
        var outcome = Outcome(
            table: Table(
                columns: [.state("severity"), "where", "finding", "remedy"],
                rows: ordered.map {
                    [.text($0.severity.rawValue), .text($0.place), .text($0.text), .text($0.remedy)]
                }), nodes: nodes, status: errors.isEmpty ? .done : .notHealthy)
        outcome.text = ordered.map { "\($0.severity.rawValue): \($0.place): \($0.text)\n  help: \($0.remedy)" }
        if !errors.isEmpty {
            var places: [String] = []
            for error in errors where !places.contains(error.place) { places.append(error.place) }
            let count = errors.count == 1 ? "1 error" : "\(errors.count) errors"
            outcome.complaint = "\(count) found: \(places.joined(separator: ", "))"
        }
        if ordered.isEmpty { outcome.text = ["nothing found on the access node and \(nodes.count) data nodes"] }
        return outcome
    }
}

extension Session {
    fileprivate func inspect(_ node: DataNode) async throws(Failure) -> ServerInspection {
        let connection = try await openDirectly(
            host: node.host, port: node.port, database: node.database, as: node.name, timeout: .seconds(5))
        return try await closing(connection) { connection throws(Failure) in
            try await inspect(connection, node: node.name, timeout: .seconds(5))
        }
    }

    fileprivate func logLengths() async throws(Failure) -> [(node: String, rows: Int)] {
        let result = try await send(InDoubtTransaction.logLengths, on: try await cluster().connection)
        return result.rows.compactMap { row in
            guard let node = row.first.flatMap({ $0 }), let rows = row.last.flatMap({ $0 }).flatMap({ Int($0) }) else {
                return nil
            }
            return (node, rows)
        }
    }

    fileprivate func chunkFindings(
        _ capabilities: Capabilities, silent: [String], on connection: Connection
    ) async throws(Failure) -> [Finding] {
        var findings: [Finding] = []
        if !silent.isEmpty {
            let result = try await send(SoleReplicas.list(on: silent), on: connection)
            findings += result.records.map { SoleReplicas(row: $0).finding }
        }
        guard capabilities.canCopyChunks else { return findings }
        let under = try await send(UnderReplication.list, on: connection)
        findings += under.records.map { UnderReplication(row: $0).finding }
        let failed = try await send(FailedChunkCopy.list, on: connection)
        return findings + failed.records.map { FailedChunkCopy(row: $0).finding }
    }
}
