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
        guard let node = try await nodes().first(where: { $0.name == record.node }) else {
            throw ClusterError(gone: record.node)
        }
        return node.database == record.fence && !node.isAvailable
    }
}

extension ClusterError {
    package static func isEnding(_ record: PromotionRecord) -> ClusterError {
        ClusterError(
            "\(record.node) stands alone: there is no way back any more", node: record.node,
            remedy: "'migrate finish all --drop-old' ends what was stopped in its middle")
    }
}
