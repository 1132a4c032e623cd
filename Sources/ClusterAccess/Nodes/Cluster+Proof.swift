package import MultiNode
import Platform
import Postgres

/// Proving that the access node reaches the nodes that are meant, before a command changes something there. What tscl's
/// own connection finds at the same address may be another server.
@LoopActor extension Cluster {
    /// Asks through the access node whether what it reaches as these nodes are these nodes.
    ///
    /// - Parameter areNeeded: whether each of them must be reached. Where not, one that is not reached, or not to be used
    ///   by this role, is left to the command, which does nothing there either and says what helps.
    /// - Throws: where one is not the node, before anything is changed there.
    package func prove(_ nodes: [DataNode], areNeeded: Bool = false) async throws(ClusterError) {
        if connection.kept.areProved(nodes) { return }
        try await limitedForProof.proveInTime(nodes, areNeeded: areNeeded)
    }

    /// With the time for a proof, which must leave some for what it is about, and for asking where it is lost.
    private var limitedForProof: Cluster {
        deadline == nil ? self : limited(to: timeLeft / 2)
    }

    /// How long one node may take for its proof, which is a short query.
    private static let longestProof: Duration = .seconds(10)
    /// In less time a node that does not answer is not to be blamed: who is silent is then asked for.
    private static let shortestProof: Duration = .seconds(1)

    private func proveInTime(_ nodes: [DataNode], areNeeded: Bool) async throws(ClusterError) {
        guard !nodes.isEmpty else { return }
        if connection.transaction != .none { return try await prove(nodes, on: try await link()) }
        try await begin(.command)
        do throws(ClusterError) {
            try await prove(nodes, on: try await link())
            await rollBack()
        } catch {
            await rollBack()
            guard let index = nodes.firstIndex(where: { $0.name == error.node }) else { throw error }
            if error.kind == .mismatched {
                try await proveByServer(nodes[index], on: try await link(), otherwise: error)
            } else if areNeeded || !error.isOfReaching {
                throw error
            }
            try await proveInTime(Array(nodes[(index + 1)...]), areNeeded: areNeeded)
        }
    }

    /// - Parameter link: to the access node, with a transaction open.
    private func prove(_ nodes: [DataNode], on link: any Link) async throws(ClusterError) {
        let capabilities = try await capabilities()
        guard let cluster = capabilities.distributedID else { return }
        let number = Int64.random(in: 1...Int64.max)
        let start = ContinuousClock.now
        for node in nodes {
            let started = ContinuousClock.now
            do throws(ClusterError) {
                try await send(
                    NodeProof.statement(of: node, cluster: cluster, number: number, capabilities), on: link,
                    timeout: Self.longestProof)
            } catch {
                throw error.afterProof(
                    of: node, hadTime: link.isOpen && started.duration(to: .now) >= Self.shortestProof)
            }
        }
        connection.kept.noteProof(of: nodes, since: start)
    }

    /// Proves one node over a link to the access node on which no transaction is open.
    ///
    /// - Parameter isToHeal: whether it is to be healed next; then it fails where that would end what is not the access node's.
    package func prove(
        _ node: DataNode, isToHeal: Bool = false, on link: any Link
    ) async throws(ClusterError) {
        let capabilities = try await capabilities()
        guard let cluster = capabilities.distributedID else { return }
        let number = Int64.random(in: 1...Int64.max)
        let proof = NodeProof.statement(of: node, cluster: cluster, number: number, isToHeal: isToHeal, capabilities)
        let started = ContinuousClock.now
        do throws(ClusterError) {
            _ = try await askRolledBack(proof, on: link, timeout: Self.longestProof)
        } catch {
            let failure = error.afterProof(
                of: node, hadTime: link.isOpen && started.duration(to: .now) >= Self.shortestProof)
            guard failure.kind == .mismatched else { throw failure }
            try await proveByServer(node, isToHeal: isToHeal, on: link, otherwise: failure)
        }
    }

    /// Proves a node that lacks what tells it from the others, or whose chunks were dropped meanwhile: by tscl's own
    /// connection it is recognised by what there is now and by where the others are, and then the access node has to
    /// reach the same server.
    ///
    /// - Parameter failure: is thrown where that is not so.
    private func proveByServer(
        _ node: DataNode, isToHeal: Bool = false, on link: any Link, otherwise failure: ClusterError
    ) async throws(ClusterError) {
        // What the node was to hold may have been read a while ago.
        let node = (try? await nodes())?.first { $0.name == node.name && $0.serverOID == node.serverOID } ?? node
        guard let state = try? await meeting(node, { _, state in state }), let server = state.server else {
            throw failure
        }
        let proof = NodeProof.statement(of: node, on: server, isToHeal: isToHeal, try await capabilities())
        do throws(ClusterError) {
            _ = try await askRolledBack(proof, on: link)
        } catch {
            let other = error.afterProof(of: node, hadTime: false)
            throw other.holdsAnothers ? other : failure
        }
    }
}

extension ClusterError {
    /// The error of a proof that failed, with the node where it tells of one.
    ///
    /// - Parameter hadTime: whether the access node obeyed, after it had waited for the node long enough.
    fileprivate func afterProof(of node: DataNode, hadTime: Bool) -> ClusterError {
        if kind == .timedOut, hadTime {
            let word = Quoting.word(node.name)
            return ClusterError(
                "\(node.name) does not answer the access node: nothing was changed", kind: .timedOut, node: node.name,
                remedy:
                    "'node ping \(word)' tells more; while it hangs, 'node disable \(word)' lets reads go to other replicas"
            )
        }
        let what = "what the access node reaches at \(node.place)"
        switch NodeProof.refusal(sqlstate: sqlstate, message: message) {
        case .isOther:
            return ClusterError(
                "\(what) is not the data node \(node.name)", kind: .mismatched, node: node.name,
                remedy: "'check' tells where each node is; nothing was changed")
        case .isTwin:
            return ClusterError(
                "\(what) as \(node.name) is another of these nodes too", node: node.name,
                remedy: "'check' tells which nodes are one database; nothing was changed")
        case .holdsAnothers(let gid):
            var failure = ClusterError(
                InDoubtTransaction.isUnknown(gid), node: node.name,
                remedy: InDoubtTransaction.endingOfAnother(gid, on: node.name))
            failure.holdsAnothers = true
            return failure
        case nil:
            var failure = self
            if isOfReaching { failure.node = node.name }
            return failure
        }
    }

    /// Whether the access node could not go to a data node, or may not as this role.
    fileprivate var isOfReaching: Bool {
        kind == .refused && sqlstate.map { $0.hasPrefix("08") || $0 == "42501" } == true
    }
}
