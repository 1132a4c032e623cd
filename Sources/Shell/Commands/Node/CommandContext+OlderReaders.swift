import ClusterAccess
import MultiNode
import Operations

extension CommandContext {
    /// How long it is waited at most for those that read other nodes as they were before.
    private static let readersPatience: Duration = .seconds(60)
    /// The same where nodes are marked unavailable, as may be urgent.
    private static let shortPatience: Duration = .seconds(10)

    /// What is done before nodes are left out whose copies of chunks are on others, too, so that nobody reads these as they were
    /// before.
    ///
    /// - Parameter isUrgent: whether it goes on after a while all the same, and tells for whom rows may be missing.
    func waitingForOlderReaders(
        beside leaving: [DataNode], among nodes: [DataNode]?, isUrgent: Bool
    ) -> @Sendable () async throws -> [String] {
        { [cluster, output] in
            let limit = isUrgent ? Self.shortPatience : Self.readersPatience
            let open = try await cluster.waitForOlderReaders(beside: leaving, among: nodes, within: limit) {
                output.message("note: waiting for \($0); help: \(OpenSnapshot.remedy)")
            }
            guard let first = open.first else { return [] }
            let others = open.count > 1 ? ", and \(open.count - 1) more" : ""
            let text = "\(first.text(of: nil))\(others)"
            guard isUrgent else {
                throw ClusterError(
                    "after \(Int(limit / .seconds(1))) s there was still \(text): for it rows would be missing of the copies that are read "
                        + "then, and nothing was changed",
                    remedy: "\(OpenSnapshot.remedy); then run it again")
            }
            return ["rows may be missing for \(text): undo that transaction"]
        }
    }
}
