import MultiNode
import Postgres

/// What a data node answered when it was asked directly.
struct Probe: Sendable {
    enum State: String, Sendable {
        case up, down, hanging
        /// It answers, and lets this role not in.
        case refused
        /// The command was, before it had answered: nothing is known of it.
        case interrupted
    }

    let node: DataNode
    var state: State
    var milliseconds = 0.0
    var message: String?
    var sqlstate: String?
    var version: String?
    var isInRecovery: Bool?
    var systemIdentifier: String?
    /// How many distributed transactions are prepared there; nil where it was not told.
    var inDoubt: Int?

    var outcome: NodeOutcome {
        NodeOutcome(node.name, ok: state == .up, sqlstate: sqlstate, message: message, milliseconds: milliseconds)
    }
}

extension Session {
    /// Asks nodes side by side; none holds up another.
    func probe(_ nodes: [DataNode], timeout: Duration = .seconds(5)) async -> [Probe] {
        let results = await onEach(nodes) { node throws(Failure) in
            await self.probe(node, timeout: timeout)
        }
        return results.map { node, answer, milliseconds in
            var probe: Probe
            switch answer {
            case .success(let told): probe = told
            case .failure(let failure): probe = Probe(node: node, failure)
            }
            probe.milliseconds = milliseconds
            return probe
        }
    }

    func probe(_ node: DataNode, timeout: Duration = .seconds(5)) async -> Probe {
        var probe = Probe(node: node, state: .up)
        do throws(Failure) {
            let result = try await asking(node, timeout: timeout) { connection throws(Failure) in
                try await send(NodeState.query, on: connection, node: node.name, timeout: timeout)
            }
            if let row = result.records.first {
                let state = NodeState(row: row)
                probe.version = state.extensionVersion
                probe.isInRecovery = state.isInRecovery
                probe.systemIdentifier = state.systemIdentifier
                probe.inDoubt = state.inDoubt
            }
        } catch {
            return Probe(node: node, error)
        }
        return probe
    }
}

extension Probe {
    fileprivate init(node: DataNode, _ failure: Failure) {
        self.init(node: node, state: State(failure), message: failure.summary, sqlstate: failure.sqlstate)
    }
}

extension Probe.State {
    /// What a failure to ask a node says of the node.
    init(_ failure: Failure) {
        self =
            switch failure.kind {
            case _ where failure.status == .interrupted: .interrupted
            case .timedOut: .hanging
            case .passwordNeeded, .passwordRejected: .refused
            case .connectionFailed: failure.message.contains("FATAL:") ? .refused : .down
            case .connectionLost: .down
            default: .refused
            }
    }
}
