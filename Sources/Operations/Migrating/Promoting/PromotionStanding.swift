package import ClusterAccess
package import MultiNode

/// How far a promotion is that stands on record.
package enum PromotionStanding: Sendable, Equatable {
    /// The access node has let go of the node, which is not on its own: nobody can write anywhere.
    case between
    /// The node is on its own, and the access node has the way to it all the same: what it forwards would reach it.
    case unfenced
    case promoted
}

extension Cluster {
    package func standing(of record: PromotionRecord) async throws(ClusterError) -> PromotionStanding {
        let isPromoted = try await asking(promoted: record) { _, row throws(ClusterError) in row["is_promoted"] == "t" }
        guard isPromoted else { return .between }
        return try await isFenced(record) ? .promoted : .unfenced
    }

    /// Whether the access node has no way to the node.
    func isFenced(_ record: PromotionRecord) async throws(ClusterError) -> Bool {
        guard let node = try await nodes().first(where: { $0.name == record.node }) else { return true }
        return node.database == record.fence && !node.isAvailable
    }

    /// Takes the way to the node from the access node where it has it; not while anybody is at work there.
    ///
    /// - Parameters:
    ///   - hold: what keeps everybody from the tables.
    ///   - work: what is done in the same transaction, once nothing leads there.
    func fence(
        _ record: PromotionRecord, behind hold: [SQL], _ work: [SQL] = []
    ) async throws(ClusterError) {
        try await changing(record) { now throws(ClusterError) in
            // What ends it goes its way, and nothing else does.
            guard !now.isEnding || record.isEnding else { throw .isEnding(now) }
            if try await !isFenced(record) {
                for statement in hold + [PromotionScript.fencing(record, try await capabilities())] {
                    try await send(statement)
                }
                guard try await isFenced(record) else {
                    throw ClusterError("the access node has the way to \(record.node) still", node: record.node)
                }
            }
            for statement in work { try await send(statement) }
        }
    }
}

extension ClusterError {
    static func triggerNeeds(_ silent: DataNode) -> ClusterError {
        let name = Quoting.word(silent.name)
        return ClusterError(
            "\(silent.name) is marked unavailable, and a trigger on a distributed table wants all of its nodes",
            node: silent.name, remedy: "'node enable \(name)' where it is back, else 'node abandon \(name)'")
    }

    package static func isEnding(_ record: PromotionRecord) -> ClusterError {
        ClusterError(
            "\(record.node) stands alone: there is no way back any more", node: record.node,
            remedy: "'migrate finish all --drop-old' ends what was stopped in its middle")
    }
}
