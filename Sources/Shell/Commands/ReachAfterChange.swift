import ClusterAccess
import MultiNode

/// Whether the access node gets in on nodes, asked right behind a change of the way in which it does.
extension CommandContext {
    /// The nodes on which it does not, as failures; what could not be asked is told at once.
    ///
    /// - Parameters:
    ///   - role: as which it goes there; nil for the one of the connection.
    ///   - remedy: what the change could have been instead.
    func turnedAway(
        _ nodes: [DataNode], as role: String? = nil, remedy: (DataNode) -> String
    ) async throws(ClusterError) -> [Failure] {
        let user = try await cluster.capabilities().user
        let name = role ?? user
        guard await cluster.connection.transaction == .none else {
            // A session of its own does not see what the transaction has changed.
            output.message(
                "note: whether the access node gets in as \(name) is not asked in a transaction: 'node reach --as \(Quoting.word(name))' tells it afterwards"
            )
            return []
        }
        let reach = await cluster.reachFromAccessNode(nodes, as: name == user ? nil : name, within: .seconds(5))
        return nodes.compactMap { node in
            switch reach[node.name] {
            case .reached: return nil
            case .unreached(let error), .hanging(let error):
                var failure = Failure("the access node does not get in as \(name): \(error.summary)", status: .partial)
                failure.sqlstate = error.sqlstate
                failure.node = node.name
                failure.remedy = remedy(node)
                return failure
            case .unknown(let reason):
                output.message(
                    "note: whether the access node gets in on \(node.name) as \(name) is not known: \(reason)")
                return nil
            case nil: return nil
            }
        }
    }
}

extension Outcome {
    /// Adds what has become of nodes behind the change, which stands.
    mutating func add(turnedAway failures: [Failure]) {
        if failures.isEmpty { return }
        self.failures += failures
        status = .partial
        for failure in failures {
            guard let node = failure.node else { continue }
            nodes.removeAll { $0.node == node }
            nodes.append(NodeOutcome(node, failure))
        }
    }
}
