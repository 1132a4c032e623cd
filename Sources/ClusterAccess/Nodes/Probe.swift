package import MultiNode
import Postgres

/// What a data node answered to a direct request.
package struct Probe: Sendable {
    package enum State: String, Sendable {
        case up, down, hanging
        /// It answers and opens no session, or does not do what it is asked.
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
    package var server: ServerIdentity?
    /// The number of distributed transactions prepared there; nil if unknown.
    package var inDoubt: Int?

    /// The node before it in the list that is the same database.
    package var twin: String?

    package var message: String? { error?.summary ?? twin.map { "it is the same database as \($0)" } }

    /// What to do about a node that answers and opens no session, behind its name.
    package var advice: String? {
        guard state == .refused, let remedy = error?.remedy else { return nil }
        return "\(node.name): \(remedy)"
    }
}

extension Cluster {
    /// Asks nodes side by side, so that a slow node does not hold up the others.
    package func probe(_ nodes: [DataNode], timeout: Duration = .seconds(5)) async -> [Probe] {
        let answers = await onEach(nodes) { node throws(ClusterError) in await probe(node, timeout: timeout) }
        var probes = answers.map { answer in
            var probe = answer.value ?? Probe(node: answer.item, state: .interrupted, error: answer.error)
            probe.milliseconds = answer.milliseconds
            return probe
        }
        let databases = probes.compactMap { probe in
            probe.server.map { (node: probe.node.name, server: $0, database: probe.node.database) }
        }
        let twins = Sharing.list(databases, ownServer: nil).filter(\.isDatabase)
        for index in probes.indices { probes[index].twin = twins.first { $0.node == probes[index].node.name }?.other }
        return probes
    }

    package func probe(_ node: DataNode, timeout: Duration = .seconds(5)) async -> Probe {
        do throws(ClusterError) {
            let state = try await meeting(node, timeout: timeout) { _, state throws(ClusterError) in state }
            var probe = Probe(node: node, state: .up)
            probe.version = state.extensionVersion
            probe.serverVersion = state.serverVersion == 0 ? nil : state.serverVersion
            probe.isInRecovery = state.isInRecovery
            probe.server = state.server
            probe.inDoubt = state.inDoubt
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
            case .connectionFailed: error.isAnswered ? .refused : .down
            case .connectionLost: .down
            case .refused, .mismatched: .refused
            }
    }
}
