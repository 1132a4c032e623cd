import Postgres
import Sandbox

/// Replays the cases on one cluster, one after the other, and counts how they end.
actor Replay {
    struct Difference: CustomStringConvertible {
        /// Counted from 1.
        let step: Int
        let action: ConformanceCase.Action
        let recorded: Answer
        let got: Answer

        var description: String { "step \(step), \(action)\nrecorded: \(recorded)\ngot: \(got)" }
    }

    private let cluster: Cluster
    private var sessions: [ConformanceCase.SessionName: Cluster.Session] = [:]
    private var agreeing = 0
    private var deviating = 0

    init(on cluster: Cluster) {
        self.cluster = cluster
    }

    var engine: Engine { cluster.sandbox.engine }

    /// What was compared, and where the emulator deviates.
    var summary: String {
        let head = "conformance on \(engine): \(agreeing) cases agree, \(deviating) deviate as listed"
        guard engine == .emulator else { return head }
        return ([head] + Deviation.ofTheEmulator.map { "  \($0.case): \($0.reason)" }).joined(separator: "\n")
    }

    func count(agrees: Bool) {
        if agrees { agreeing += 1 } else { deviating += 1 }
    }

    /// Replays a case from fresh databases on.
    func run(_ conformanceCase: ConformanceCase) async throws -> [Difference] {
        await disconnect { _ in true }
        try await cluster.reset()
        var names: [String: String] = [:]
        for node in cluster.sandbox.nodes { names[cluster.name(of: node) + ".port"] = "\(node.port)" }
        var differences: [Difference] = []
        for (index, step) in conformanceCase.steps.enumerated() {
            switch step.action {
            case .reconnect:
                await disconnect { _ in true }
            case .stop(let node):
                await disconnect { $0.node == node }
                try await cluster.sandbox.kill(cluster.node(node).name)
            case .start(let node):
                try await cluster.sandbox.start(cluster.node(node).name)
            case .sql(let sql, let sessionName, let variable):
                guard var recorded = Answer(step.recorded, replacing: names) else { continue }
                let (result, notices) = try await session(sessionName).answer(sql.replacing(names))
                var got = Answer(result, notices: notices)
                if let variable {
                    (recorded, got) = (recorded.withoutRows, got.withoutRows)
                    names[variable] = (try? result.get())?.rows.first?.first ?? nil
                }
                if got != recorded {
                    differences.append(Difference(step: index + 1, action: step.action, recorded: recorded, got: got))
                }
            }
        }
        await disconnect { _ in true }
        return differences
    }

    private func session(_ name: ConformanceCase.SessionName) async throws -> Cluster.Session {
        if name.node != "an" { try await cluster.look() }
        if let session = sessions[name] { return session }
        let session = try await cluster.connect(name.node, role: name.role, database: name.database)
        sessions[name] = session
        return session
    }

    private func disconnect(_ matches: (ConformanceCase.SessionName) -> Bool) async {
        for (name, session) in sessions where matches(name) {
            await session.connection.close()
            sessions[name] = nil
        }
    }
}
