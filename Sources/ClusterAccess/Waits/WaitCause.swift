package import MultiNode
import Postgres

/// What a command waits for that takes long.
package enum WaitCause: Sendable {
    /// The access node gives no sign of life.
    case accessNode(ClusterError)
    /// Data nodes that give none, and nothing else goes on for it.
    case nodes([Probe])
    /// Who holds a lock that it waits for.
    ///
    /// - node: the data node where; nil for the access node.
    case lock(node: String?, [LockHolder])
    /// A server works on it.
    case work
    /// It waits for nothing of the access node's, or nobody can tell.
    case unknown

    /// Whether what it waits for gives no sign of life.
    package var isSilent: Bool {
        switch self {
        case .accessNode, .nodes: true
        case .lock, .work, .unknown: false
        }
    }

    /// Whether it will not end by itself: who holds the lock is idle.
    package var isStuck: Bool {
        guard case .lock(_, let holders) = self else { return false }
        return !holders.isEmpty && holders.allSatisfy(\.isIdle)
    }

    /// In words that go on behind "waiting for"; nil where there is nothing to wait for that is known.
    package var text: String? {
        switch self {
        case .accessNode: "the access node, which does not answer"
        case .nodes(let probes):
            "\(probes.map(\.node.name).listed), which \(probes.count == 1 ? "does" : "do") not answer"
        case .lock(let node, let holders):
            "a lock\(node.map { " on \($0)" } ?? "")"
                + (holders.isEmpty ? "" : " that is held by \(holders.map(\.text).listed)")
        case .work, .unknown: nil
        }
    }

    /// What to do about it; nil if there is nothing.
    package var remedy: String? {
        switch self {
        case .accessNode: "see whether its server runs and is reached; --timeout 0 waits as long as it takes"
        case .nodes(let probes):
            probes.count == 1
                ? probes.first.map {
                    let word = Quoting.word($0.node.name)
                    return
                        "'node ping \(word)' tells more; until it is up, 'node disable \(word)' lets reads go to other "
                        + "replicas"
                } : "'node ping' tells more; 'node disable NODE' lets reads go to other replicas"
        case .lock(let node, let holders):
            holders.first.map { holder in
                if holder.pid == 0 { return "'heal all' ends what is in doubt" }
                let end = "SELECT pg_terminate_backend(\(holder.pid))"
                return node.map { "'query --on \(Quoting.word($0)) \(end)' ends that session, and undoes what it did" }
                    ?? "'sql \(end)' ends that session, and undoes what it did"
            }
        case .work, .unknown: nil
        }
    }
}

extension Cluster {
    /// Finds out what the statements wait for that run on the connections to the access node. It asks over connections of
    /// its own, because those are busy.
    ///
    /// - Parameter limit: for the whole.
    package func waitCause(within limit: Duration) async -> WaitCause {
        let processes = await connection.processes
        if processes.isEmpty { return .unknown }
        let other = await connection.another()
        let own = Cluster(other, listener: QuietListener(listener)).limited(to: limit)
        let cause = await own.cause(of: processes, within: limit)
        await other.disconnect()
        return cause
    }

    private func cause(of processes: [Int], within limit: Duration) async -> WaitCause {
        let sessions: [SessionWait]
        let nodes: [DataNode]
        do throws(ClusterError) {
            let own = limited(to: limit / 2)
            sessions = SessionWait.list(try await own.send(SessionWait.query(of: processes)).records).filter(\.isActive)
            if let blocked = sessions.first(where: \.waitsForLock), sessions.allSatisfy({ $0.waitsForLock }) {
                return .lock(node: nil, blocked.holders)
            }
            guard !sessions.isEmpty else { return .unknown }
            guard sessions.allSatisfy({ $0.waitsForLock || $0.waitsOutside }) else { return .work }
            nodes = try await own.nodes().filter(\.isAvailable)
        } catch {
            // A server that refuses is alive.
            return error.isSilence && !error.isAnswered ? .accessNode(error) : .unknown
        }
        return await cause(among: nodes, within: remaining(atMost: limit))
    }

    /// What keeps the access node waiting for its data nodes.
    private func cause(among nodes: [DataNode], within limit: Duration) async -> WaitCause {
        let probes = await probeBothWays(nodes, timeout: limit / 2)
        if Task.isCancelled { return .unknown }
        let answering = probes.filter { $0.state == .up }.map(\.node)
        let answers = await onEach(answering) { node throws(ClusterError) in
            try await asking(node) { link throws(ClusterError) in
                SessionWait.list(try await send(SessionWait.ofAccessNode, on: link, node: node.name).records)
            }
        }
        let sessions = answers.flatMap { answer in (answer.value ?? []).map { (node: answer.item.name, $0) } }
        // What has lasted is more likely to be this command's than another's.
        if sessions.contains(where: { $1.isOld && $1.works }) { return .work }
        let silent = probes.filter { [.hanging, .down].contains($0.nodeState) }
        if !silent.isEmpty { return .nodes(silent) }
        guard let (node, blocked) = sessions.first(where: { $1.isOld && $1.waitsForLock }) else { return .work }
        return .lock(node: node, blocked.holders)
    }
}
