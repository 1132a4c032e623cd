/// How many copies of chunks a data node can take part in at once. A server that lacks a worker, a slot or a sender reports
/// no error for it: the copy hangs, for an hour or for ever, and so the bounds are counted before.
///
/// Each copy is one subscription with one worker that applies and one that copies, and each of the two takes a logical
/// replication worker, a process and an origin where the chunk goes to, and a slot and a sender where it comes from.
package struct MovingCapacity: Sendable, Equatable {
    package enum End: Sendable, Equatable {
        /// The copy is read there.
        case source
        /// The copy is written there.
        case destination
    }

    /// How many copies at once; 0 where one would hang.
    package let copies: Int
    /// The setting that bounds it.
    package let setting: String
    /// The value of the setting, and how many of it are in use already.
    package let supply: NodeMovingFacts.Supply

    package init(_ facts: NodeMovingFacts, as end: End) {
        var bounds: [(setting: String, supply: NodeMovingFacts.Supply)] = []
        switch end {
        case .source: bounds = [("max_replication_slots", facts.slots), ("max_wal_senders", facts.senders)]
        case .destination:
            bounds = [
                ("max_logical_replication_workers", facts.logicalWorkers), (Self.processes, facts.processes),
                ("max_replication_slots", facts.origins),
            ]
        }
        if end == .destination, facts.syncWorkers < 1 {
            self.init(0, Self.syncWorkers, NodeMovingFacts.Supply(most: facts.syncWorkers))
            return
        }
        let tightest = bounds.min { $0.supply.free < $1.supply.free }
        let supply = tightest?.supply ?? NodeMovingFacts.Supply(most: 0)
        self.init(supply.free / Self.perCopy, tightest?.setting ?? "", supply)
    }

    private init(_ copies: Int, _ setting: String, _ supply: NodeMovingFacts.Supply) {
        (self.copies, self.setting, self.supply) = (copies, setting, supply)
    }

    /// With less, one of several copies may get the worker that applies, and never the one that copies.
    private static let perCopy = 2
    private static let processes = "max_worker_processes"
    private static let syncWorkers = "max_sync_workers_per_subscription"

    /// The setting, and what of it is in use.
    package var bound: String {
        let use =
            switch supply.inUse {
            case ...0: ""
            case 1: ", of which 1 is in use"
            case let count: ", of which \(count) are in use"
            }
        return "\(setting) is \(supply.most)\(use)"
    }

    /// What makes room for so many copies at once.
    package func remedy(for copies: Int) -> String {
        if setting == Self.syncWorkers { return "on its server, ALTER SYSTEM SET \(setting) = 2, and reload it" }
        // Of a server that has no process left some had no place that will have one: PostgreSQL's launcher of logical
        // replication, TimescaleDB's, and a scheduler for the database.
        let inUse = setting == Self.processes && supply.free < 1 ? max(supply.inUse, 3) : supply.inUse
        let value = inUse + Self.perCopy * copies
        return "on its server, ALTER SYSTEM SET \(setting) = \(value), and restart it"
    }
}

/// How many copies at once a node may be an end of.
package struct MovingLimits: Sendable, Equatable {
    /// How many chunks may be read from it.
    package let source: Int
    /// How many chunks may be written to it.
    package let destination: Int
    /// What bounds that, in words such as `max_wal_senders is 10`.
    package let sourceBound: String
    package let destinationBound: String

    /// - Parameter sharers: how many nodes that chunks move from or to are on this server, itself among them.
    package init(_ facts: NodeMovingFacts, sharers: Int = 1) {
        let (from, to) = (MovingCapacity(facts, as: .source), MovingCapacity(facts, as: .destination))
        source = from.copies / max(1, sharers)
        destination = to.copies / max(1, sharers)
        sourceBound = from.bound
        destinationBound = to.bound
    }
}
