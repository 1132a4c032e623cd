package import MultiNode
import Postgres

/// What a command waits for that takes long.
package enum WaitCause: Sendable {
    /// The access node gives no sign of life.
    case accessNode(ClusterError)
    /// Data nodes that give none.
    ///
    /// - isSure: whether nothing else goes on for it, as far as all other nodes tell.
    case nodes([Probe], isSure: Bool)
    /// Data nodes, by their names, that answer, and take long for it: they, or what is between, have too much to do.
    case late([String])
    /// Data nodes, by their names, whose servers are starting, or going away.
    case starting([String])
    /// Who holds a lock that it waits for.
    ///
    /// - node: the data node where; nil for the access node.
    /// - silent: the data nodes that do not answer, for one of which a holder may wait in turn; their names in order.
    case lock(node: String?, [LockHolder], silent: [String] = [])
    /// A server works on it.
    case work
    /// It waits for nothing of the access node's, or nobody can tell.
    case unknown

    /// Whether what it waits for gives no sign of life.
    package var isSilent: Bool {
        switch self {
        case .accessNode: true
        case .nodes(_, let isSure): isSure
        case .late, .starting, .lock, .work, .unknown: false
        }
    }

    /// Whether it will not end by itself: who holds the lock is idle.
    package var isStuck: Bool {
        guard case .lock(_, let holders, _) = self else { return false }
        return !holders.isEmpty && holders.allSatisfy(\.isIdle)
    }

    /// In words that go on behind "waiting for"; nil where there is nothing to wait for that is known.
    package var text: String? {
        switch self {
        case .accessNode: "the access node, which does not answer"
        case .nodes(let probes, let isSure):
            "\(isSure ? "" : "data nodes, perhaps for ")\(probes.map(\.node.name).listed), which "
                + "\(probes.count == 1 ? "does" : "do") not answer"
        case .late(let nodes): "\(nodes.listed), which \(nodes.count == 1 ? "takes" : "take") long to answer"
        case .starting(let nodes):
            "\(nodes.listed), whose \(nodes.count == 1 ? "server is" : "servers are") starting, or in recovery from a crash"
        case .lock(let node, let holders, let silent):
            Self.text(node, holders, silent)
        case .work, .unknown: nil
        }
    }

    private static func text(_ node: String?, _ holders: [LockHolder], _ silent: [String]) -> String {
        let lock =
            "a lock\(node.map { " on \($0)" } ?? "")"
            + (holders.isEmpty ? "" : " that is held by \(holders.map(\.text).listed)")
        return silent.isEmpty ? lock : CopyWait.silent(silent, holdingUp: CopyWait(lock)).text
    }

    /// What to do about it; nil if there is nothing.
    package var remedy: String? {
        switch self {
        case .accessNode: "see whether its server runs and is reached"
        case .nodes(let probes, _): Self.passing(by: probes.map(\.node.name))
        case .lock(let node, let holders, let silent):
            silent.isEmpty
                ? holders.first.map { holder in
                    holder.pid == 0 ? Self.healing(node) : Self.end(holder, on: node)
                } : Self.passing(by: silent)
        case .late, .starting, .work, .unknown: nil
        }
    }

    private static func passing(by silent: [String]) -> String {
        guard silent.count == 1, let word = silent.first.map(Quoting.word) else {
            return "'node ping' tells more; 'node disable NODE' lets reads go to other replicas"
        }
        return "'node ping \(word)' tells more; until it is up, 'node disable \(word)' lets reads go to other replicas"
    }

    /// What ends it, if that is short enough for the line that tells what it waits for; nil else.
    package var help: String? {
        guard case .lock(let node, let holders, let silent) = self, silent.isEmpty, holders.first?.pid == 0 else {
            return nil
        }
        return Self.healing(node)
    }

    private static func healing(_ node: String?) -> String {
        "'heal \(node.map(Quoting.word) ?? "all")' ends what is in doubt; 'heal list' shows what it leaves to others"
    }

    /// How the transaction of a holder is ended without harm. One that runs a statement is cancelled, never terminated:
    /// TimescaleDB 2.13 crashes the access node when a session is terminated that begins to copy a chunk. Nor is the
    /// access node's session on a data node ended from there, at whose loss it can crash, too, or cancelled: TimescaleDB 2.9
    /// crashes the data node where that is a COPY.
    private static func end(_ holder: LockHolder, on node: String?) -> String {
        let cancel = "SELECT pg_cancel_backend(\(holder.pid))"
        if node != nil {
            return (holder.isIdle ? "" : "let it end; else ")
                + "the session of the access node, or the client, that has it there is to end its transaction: 'sql SELECT "
                + "pid, usename, state, query FROM pg_stat_activity' shows those of the access node"
        }
        return holder.isIdle
            ? "'sql SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = \(holder.pid) AND state LIKE 'idle%'' "
                + "ends that session, and undoes what it did"
            : "'sql \(cancel)' cancels its statement"
    }
}

extension Cluster {
    /// Finds out what the statements wait for that run on the connections to the access node, or on data nodes that are
    /// asked directly. It asks over connections of its own, because those are busy.
    ///
    /// - Parameter limit: for the whole.
    package func waitCause(within limit: Duration) async -> WaitCause {
        let processes = await connection.processes
        let asked = await connection.askedNodes
        if processes.isEmpty, asked.isEmpty { return .unknown }
        let other = await connection.another()
        let own = Cluster(other, listener: QuietListener(listener, tellsWaits: false)).limited(to: limit)
        var cause = await own.cause(of: processes, asking: asked, within: limit)
        await other.disconnect()
        // A pooler or a busy server may keep a further session waiting while it works for the others.
        if case .accessNode = cause, let info = await connection.link?.info,
            await ServerPing(serverVersion: info.serverVersion).answers(
                host: info.hostAddress.isEmpty ? info.host : info.hostAddress, port: info.port,
                timeout: LifeSigns.patience)
        {
            cause = .unknown
        }
        return cause
    }

    private func cause(of processes: [Int], asking asked: Set<String>, within limit: Duration) async -> WaitCause {
        let sessions: [SessionWait]
        let nodes: [DataNode]
        do throws(ClusterError) {
            let own = limited(to: limit / 2)
            sessions = SessionWait.list(try await own.send(SessionWait.query(of: processes)).records).filter(\.isActive)
            let waiting = sessions.filter(\.waitsForLock)
            func isOwn(_ holder: LockHolder) -> Bool { processes.contains(holder.pid) }
            let blocked = waiting.first { $0.holders.isEmpty || !$0.holders.allSatisfy(isOwn) }
            if let blocked, waiting.count == sessions.count {
                // Who holds it may himself wait for a node.
                let available = try await own.nodes().filter(\.isAvailable)
                let signs = await lifeSigns(of: available, bothWays: true, within: remaining(atMost: limit) / 2)
                return .lock(
                    node: nil, blocked.holders.filter { !isOwn($0) }, silent: signs.silent.map(\.node.name))
            }
            // What this command itself holds ends with what it asks the nodes meanwhile.
            guard waiting.count < sessions.count else {
                let nodes = asked.isEmpty ? [] : try await own.nodes().filter { asked.contains($0.name) }
                return await cause(asking: nodes, within: remaining(atMost: limit))
            }
            guard sessions.allSatisfy({ $0.waitsForLock || $0.waitsOutside }) else { return .work }
            nodes = try await own.nodes().filter(\.isAvailable)
        } catch {
            // A server that refuses is alive.
            return error.isSilence && !error.isAnswered ? .accessNode(error) : .unknown
        }
        return await cause(among: nodes, within: remaining(atMost: limit))
    }

    /// What keeps tscl's own questions to data nodes waiting.
    private func cause(asking nodes: [DataNode], within limit: Duration) async -> WaitCause {
        if nodes.isEmpty { return .unknown }
        let signs = await lifeSigns(of: nodes, within: limit / 2)
        if Task.isCancelled { return .unknown }
        if let error = signs.accessNode { return .accessNode(error) }
        if !signs.silent.isEmpty { return .nodes(signs.silent, isSure: signs.silent.count == nodes.count) }
        return signs.slow ?? .unknown
    }

    /// What keeps the access node waiting for its data nodes.
    private func cause(among nodes: [DataNode], within limit: Duration) async -> WaitCause {
        let signs = await lifeSigns(of: nodes, bothWays: true, within: limit / 2)
        if Task.isCancelled { return .unknown }
        if let error = signs.accessNode { return .accessNode(error) }
        let silent = signs.silent
        let silentNames = Set(silent.map(\.node.name))
        let others = nodes.filter { !silentNames.contains($0.name) }
        // What others had to be asked for took its time.
        let own = limited(to: limit / 2)
        let answers = await own.onEach(others) { node throws(ClusterError) in
            try await own.asking(node) { link throws(ClusterError) in
                let query = SessionWait.ofAccessNode(named: node.sessionName)
                return SessionWait.list(try await own.send(query, on: link, node: node.name).records)
            }
        }
        let sessions = answers.flatMap { answer in (answer.value ?? []).map { (node: answer.item.name, $0) } }
        // What has lasted is more likely to be this command's than another's.
        let goesOn = sessions.contains { $1.isOld && $1.works }
        if !silent.isEmpty {
            // It may be worked on where nobody can look.
            let isSure =
                !goesOn && answers.allSatisfy { $0.error == nil }
                && !sessions.contains { $1.isHidden || $1.waitsForLock }
            return .nodes(silent, isSure: isSure)
        }
        if goesOn { return .work }
        guard let (node, blocked) = sessions.first(where: { $1.isOld && $1.waitsForLock }) else {
            return signs.slow ?? .work
        }
        return .lock(node: node, blocked.holders)
    }
}

extension LifeSigns {
    /// What keeps waiting that will answer, as it seems; nil where there is nothing of that.
    fileprivate var slow: WaitCause? {
        if !starting.isEmpty { return .starting(starting.map(\.node.name)) }
        return late.isEmpty ? nil : .late(late.map(\.node.name))
    }
}
