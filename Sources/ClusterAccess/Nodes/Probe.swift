package import MultiNode
import Postgres

/// What a data node answered to a direct request.
package struct Probe: Sendable {
    package enum State: String, Sendable {
        case up, down, hanging
        /// It answers but rejects this role.
        case refused
        /// The command was interrupted before the node had answered, so its state is unknown.
        case interrupted
    }

    package let node: DataNode
    package var state: State
    package var milliseconds = 0.0
    package var error: ClusterError?
    package var version: String?
    /// `server_version_num`.
    package var serverVersion: Int?
    package var isInRecovery: Bool?
    package var systemIdentifier: String?
    /// The number of distributed transactions prepared there; nil if unknown.
    package var inDoubt: Int?

    package var message: String? { error?.summary }
}

extension Cluster {
    /// Asks nodes side by side, so that a slow node does not hold up the others.
    package func probe(_ nodes: [DataNode], timeout: Duration = .seconds(5)) async -> [Probe] {
        await onEach(nodes) { node throws(ClusterError) in await probe(node, timeout: timeout) }.map { answer in
            var probe = answer.value ?? Probe(node: answer.item, state: .interrupted, error: answer.error)
            probe.milliseconds = answer.milliseconds
            return probe
        }
    }

    package func probe(_ node: DataNode, timeout: Duration = .seconds(5)) async -> Probe {
        do throws(ClusterError) {
            let row = try await asking(node, timeout: timeout) { link throws(ClusterError) in
                try await send(NodeState.query, on: link, node: node.name, timeout: timeout).records.first
            }
            var probe = Probe(node: node, state: .up)
            if let state = row.map({ NodeState(row: $0) }) {
                probe.version = state.extensionVersion
                probe.serverVersion = state.serverVersion == 0 ? nil : state.serverVersion
                probe.isInRecovery = state.isInRecovery
                probe.systemIdentifier = state.systemIdentifier
                probe.inDoubt = state.inDoubt
            }
            return probe
        } catch {
            return Probe(node: node, state: Probe.State(error), error: error)
        }
    }
}

extension Probe.State {
    /// The state of a node, judged by the error that came of asking it.
    package init(_ error: ClusterError) {
        self =
            switch error.kind {
            case .interrupted: .interrupted
            case .timedOut: .hanging
            case .passwordNeeded, .passwordRejected: .refused
            case .connectionFailed: error.message.contains("FATAL:") ? .refused : .down
            case .connectionLost: .down
            case .refused: .refused
            }
    }
}
