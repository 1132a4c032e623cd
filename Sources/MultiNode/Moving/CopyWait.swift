/// What a copy of a chunk waits for that does not get on, in words that go on behind "waiting for".
package struct CopyWait: Sendable, Equatable {
    package let text: String
    /// What to do about it; nil if it ends by itself, or nobody can tell.
    package let remedy: String?
    /// The same where what waited for it was given up, so that nothing goes on by itself.
    package let remedyAfterwards: String?
    /// The data node where something is in doubt for which it waits, or may wait behind others; healing ends that.
    package private(set) var doubtful: String?

    package init(_ text: String, remedy: String? = nil, afterwards: String? = nil) {
        (self.text, self.remedy, remedyAfterwards) = (text, remedy, afterwards ?? remedy)
    }

    /// Nodes that do not answer, the names in order.
    ///
    /// - Parameter other: what is waited for by what is seen, and may itself hang on one of them.
    package static func silent(_ nodes: [String], holdingUp other: CopyWait? = nil) -> CopyWait {
        let words = nodes.map(Quoting.word).joined(separator: " ")
        let isOne = nodes.count == 1
        let again = "'node ping \(words)' tells more; when \(isOne ? "it answers" : "they answer") again, "
        var wait = CopyWait(
            "\(nodes.listed), which \(isOne ? "does" : "do") not answer"
                + (other.map { "; what hangs on \(isOne ? "it" : "them") may be \($0.text)" } ?? ""),
            remedy: again + "this goes on by itself", afterwards: again + "run it again")
        wait.doubtful = other?.doubtful
        return wait
    }

    /// A lock on a hypertable of the access node.
    ///
    /// - Parameters:
    ///   - holders: none where that is not known.
    ///   - silent: the names of the nodes that do not answer, for one of which a holder may wait.
    package static func lock(on table: TableName, _ holders: [LockHolder], remedy: String?, silent: [String])
        -> CopyWait
    {
        let by = holders.isEmpty ? "" : ", which is held by \(holders.map(\.text).listed)"
        let wait = CopyWait("a lock on \(table.shownName)\(by)", remedy: remedy)
        return silent.isEmpty ? wait : .silent(silent, holdingUp: wait)
    }

    /// In one line, with what to do about it.
    package var advice: String { text + (remedy.map { "; help: \($0)" } ?? "") }

    /// A node, with what it tells; parts that it does not tell are nil.
    package struct End: Sendable {
        package let node: DataNode
        package let facts: NodeMovingFacts?
        package let blocks: [CopyBlock]

        package init(_ node: DataNode, _ facts: NodeMovingFacts?, blocks: [CopyBlock] = []) {
            (self.node, self.facts, self.blocks) = (node, facts, blocks)
        }
    }

    /// - Parameters:
    ///   - stage: the one in hand.
    ///   - subscription: nil if the destination did not tell.
    /// - Returns: nil if nothing is known that it could wait for.
    package init?(
        _ stage: CopyStage, _ subscription: CopySubscription?, from source: End, to destination: End
    ) {
        for end in [source, destination] {
            if let block = end.blocks.first {
                self.init(block, at: end)
                // Who holds what it waits for may himself wait for that.
                let hasDoubts = end.facts?.prepared.contains { $0.isDoubt(on: end.node) } ?? false
                if hasDoubts { doubtful = end.node.name }
                return
            }
        }
        guard [.start, .rows].contains(stage), let subscription, subscription.lacksRows, subscription.copiers == 0,
            let lack = Self.lack(subscription, from: source, to: destination)
        else { return nil }
        self = lack
    }

    private init(_ block: CopyBlock, at end: End) {
        let name = end.node.name
        if block.holder.pid == 0 {
            let known = end.facts?.prepared.first { $0.gid == block.gid }
            let place = known.map { "in \($0.database), on \(name)" } ?? "on \(name)"
            self.init(
                "the prepared transaction \(block.gid ?? "that somebody left") \(place)",
                remedy: known?.remedy(on: end.node) ?? "'heal \(Quoting.word(name))' ends those of TimescaleDB")
            return
        }
        guard let writer = end.facts?.writers.first(where: { $0.pid == block.holder.pid }) else {
            self.init(
                "a lock on \(name) that is held by \(block.holder.text)",
                remedy: "have the client that holds it end its transaction")
            return
        }
        self.init("\(writer.text), on \(name)", remedy: writer.remedy(on: name))
    }

    /// Of what the servers have so many of, what there is too little of.
    private static func lack(
        _ subscription: CopySubscription, from source: End, to destination: End
    ) -> CopyWait? {
        func lacking(
            _ what: String, _ end: End, _ setting: String, _ supply: NodeMovingFacts.Supply?
        ) -> CopyWait? {
            guard let supply, supply.free == 0 else { return nil }
            let remedy =
                "on the server of \(end.node.name), ALTER SYSTEM SET \(setting) = "
                + "\(supply.inUse + (subscription.isApplied ? 1 : 2)) or more, and restart it"
            return CopyWait(
                "a free \(what) on \(end.node.name) (\(setting) = \(supply.most), all in use)",
                remedy: "interrupt it; then \(remedy)", afterwards: remedy)
        }
        let (here, there) = (destination.facts, source.facts)
        if here?.syncWorkers == 0 {
            return CopyWait(
                "a worker that copies rows on \(destination.node.name) (max_sync_workers_per_subscription = 0)",
                remedy:
                    "on the server of \(destination.node.name), ALTER SYSTEM SET max_sync_workers_per_subscription = 2, "
                    + "and reload it")
        }
        if let lack = lacking(
            "logical replication worker", destination, "max_logical_replication_workers", here?.logicalWorkers)
            ?? lacking("worker process", destination, "max_worker_processes", here?.processes)
            ?? lacking("replication origin", destination, "max_replication_slots", here?.origins)
            ?? lacking("replication slot", source, "max_replication_slots", there?.slots)
            ?? lacking("WAL sender", source, "max_wal_senders", there?.senders)
        {
            return lack
        }
        guard let here, here.retryInterval > RetryInterval.quick else { return nil }
        return CopyWait(
            "a worker that \(destination.node.name) starts once in \(here.retryInterval / 1000) s (\(RetryInterval.name))"
        )
    }
}
