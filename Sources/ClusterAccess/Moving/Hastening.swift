package import MultiNode
import Platform
import Postgres

/// Data nodes that start the workers of copies without delay, for as long as chunks are moved to them.
package struct Hastening: Sendable {
    /// Why some node stays as it is, which only takes time.
    package let notes: [String]
    fileprivate let held: [(node: DataNode, link: any Link)]
    private let cluster: Cluster

    fileprivate init(_ cluster: Cluster, held: [(node: DataNode, link: any Link)], notes: [String]) {
        (self.cluster, self.held, self.notes) = (cluster, held, notes)
    }

    /// Puts back what was changed, where no other tscl moves chunks to the node; also when the command was interrupted.
    ///
    /// - Returns: where that failed, and what does it.
    package func end() async -> [String] {
        guard !held.isEmpty else { return [] }
        let (cluster, held) = (cluster, held)
        return await cluster.evenIfInterrupted { shielded in
            let answers = await shielded.quiet.sideBySide(held, named: \.node.name) { held throws(ClusterError) in
                let isDone: Bool
                if await held.link.isOpen {
                    isDone = (try? await shielded.putBack(on: held.link, held.node, isPresent: true)) != nil
                    await held.link.close()
                } else {
                    isDone = false
                }
                if !isDone {
                    try await shielded.asking(held.node) { link throws(ClusterError) in
                        try await shielded.putBack(on: link, held.node, isPresent: false)
                    }
                }
            }
            return answers.compactMap { answer in
                answer.error.map { error in
                    "\(answer.item.node.name): \(RetryInterval.name) may still be lowered (\(error.summary)); 'chunk cleanup' "
                        + "puts it back"
                }
            }
        }
    }
}

/// A server on which an earlier tscl, killed or cut off from it, had left `wal_retrieve_retry_interval` lowered.
package struct LeftHaste: Sendable {
    /// A data node of that server.
    package let node: DataNode
    /// The database there for whose moves it was lowered, which may be another than the node's.
    package let database: String
    /// Why it was not put back; nil as well where that was not tried.
    package fileprivate(set) var error: ClusterError?
}

extension LeftHaste {
    /// Whether it is the node's own database.
    package var isOwn: Bool { database == node.database }
}

extension Cluster {
    /// Lowers `wal_retrieve_retry_interval` on nodes to which chunks are about to be moved. A node on which that can't be
    /// done stays as it is: moves only take longer.
    ///
    /// - Returns: what has to be ended, whatever becomes of the moves.
    package func hastened(_ nodes: [DataNode]) async -> Hastening {
        let own = quiet.limitedForQuestion()
        let answers = await own.sideBySide(nodes, named: \.name) { node throws(ClusterError) in
            let link = try await own.opened(to: node)
            let hasted = await own.hasten(node, on: link)
            if !hasted.isHeld || hasted.error != nil { await link.close() }
            return (link: link, hasted)
        }
        let held = answers.compactMap { answer in
            answer.value.flatMap { $0.1.isHeld ? (node: answer.item, link: $0.link) : nil }
        }
        let notes = answers.compactMap { answer in
            (answer.error ?? answer.value?.1.error).map {
                "\(answer.item.name): \(RetryInterval.name) stays as it is, and small chunks take some seconds each: \($0.summary)"
            }
        }
        return Hastening(self, held: held, notes: notes)
    }

    /// Where an earlier tscl has left `wal_retrieve_retry_interval` lowered on servers of the nodes, each place once. A node
    /// that does not answer tells of none.
    package func leftHaste(among nodes: [DataNode]) async -> [LeftHaste] {
        let own = quiet.limitedForQuestion()
        let answers = await own.sideBySide(nodes.filter { !$0.isGone }, named: \.name) { node throws(ClusterError) in
            try await own.asking(node, timeout: .seconds(5)) { link throws(ClusterError) in
                try await own.send(RetryInterval.left, on: link, node: node.name, timeout: .seconds(5)).records
                    .compactMap { $0["database"] ?? nil }
            }
        }
        // Of several nodes on one server the one whose own database it is comes first.
        let found = answers.flatMap { answer in
            (answer.value ?? []).map { LeftHaste(node: answer.item, database: $0) }
        }.sorted { $0.isOwn && !$1.isOwn }
        var seen: Set<String> = []
        return found.filter { seen.insert("\($0.node.host):\($0.node.port)/\($0.database)").inserted }
    }

    /// Puts `wal_retrieve_retry_interval` back where that was left to do.
    ///
    /// - Parameter besides: nodes on which it is about to be lowered, and put back with that, for their own databases.
    /// - Returns: the places at which there was something to put back.
    package func restoreLeftHaste(on nodes: [DataNode], besides: Set<String> = []) async -> [LeftHaste] {
        let left = await leftHaste(among: nodes).filter { !($0.isOwn && besides.contains($0.node.name)) }
        let own = quiet.limitedForQuestion(atMost: .seconds(10))
        let answers = await own.sideBySide(left, named: \.node.name) { left throws(ClusterError) in
            func putBack(on link: any Link) async throws(ClusterError) {
                try await own.putBack(on: link, left.node, isPresent: false)
            }
            if left.isOwn { return try await own.asking(left.node, timeout: .seconds(5), putBack) }
            var address = ServerAddress(left.node)
            address.database = left.database
            try await own.asking(address, timeout: .seconds(5), putBack)
        }
        return answers.map { answer in
            var left = answer.item
            left.error = answer.error
            return left
        }
    }

    /// - Returns: whether there is something to put back, for which the connection holds the lock of whoever moves chunks
    ///   there; and what went wrong, also behind the first change.
    private func hasten(_ node: DataNode, on link: any Link) async -> (isHeld: Bool, error: ClusterError?) {
        func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await send(sql, on: link, node: node.name, timeout: .seconds(5))
        }
        var isHeld = false
        do throws(ClusterError) {
            for sql in [RetryInterval.persist, RetryInterval.lockDoor, RetryInterval.arrive] { _ = try await ask(sql) }
            let interval = RetryInterval(row: try await ask(RetryInterval.query).records.first ?? [:])
            switch interval.beginning {
            case .leave: return (false, nil)
            case .fixed: throw ClusterError("it is set where the server is started, and nothing else has an effect")
            case .share: isHeld = true
            case .lower(let statements):
                isHeld = true
                for sql in statements { _ = try await ask(sql) }
            }
            _ = try await ask(RetryInterval.unlockDoor)
            return (isHeld, nil)
        } catch {
            return (isHeld, error)
        }
    }

    /// - Parameter isPresent: whether the session holds the lock of whoever moves chunks there.
    fileprivate func putBack(
        on link: any Link, _ node: DataNode, isPresent: Bool
    ) async throws(ClusterError) {
        func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await send(sql, on: link, node: node.name, timeout: .seconds(5))
        }
        _ = try await ask(RetryInterval.lockDoor)
        if isPresent { _ = try await ask(RetryInterval.leave) }
        guard try await ask(RetryInterval.isLast).value == "t" else { return }
        let interval = RetryInterval(row: try await ask(RetryInterval.query).records.first ?? [:])
        for sql in interval.end { _ = try await ask(sql) }
    }
}
