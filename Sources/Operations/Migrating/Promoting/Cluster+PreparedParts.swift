import ClusterAccess
import MultiNode
import Postgres

extension Cluster {
    /// How often it is looked whether what the access node has not ended yet ends by itself.
    private static let looks = 10

    /// Ends what is prepared on a node as the access node has decided, which does not reach the node itself any more: what its
    /// transaction has done there would come later, and holds the tables until then.
    ///
    /// - Throws: where something stays prepared.
    func endPrepared(on link: any Link, of node: DataNode) async throws(ClusterError) {
        var (left, open): ([InDoubtTransaction], [InDoubtTransaction]) = ([], [])
        for look in 0..<Self.looks {
            if look > 0 { try await waitForOthers() }
            left = try await prepared(on: link, node.name, timeout: .seconds(5)).filter { $0.gid.hasPrefix("ts-") }
            if left.isEmpty { return }
            let (committed, snapshot) = try await verdicts(on: left.map(\.gid))
            open = []
            for transaction in left where !transaction.isOfAnother(than: node, snapshot) {
                switch transaction.verdict(on: node, committed: committed, snapshot) {
                case .commit: try await end("COMMIT PREPARED \(literal: transaction.gid)", on: link, of: node)
                case .abort: try await end("ROLLBACK PREPARED \(literal: transaction.gid)", on: link, of: node)
                case .inProgress: open.append(transaction)
                case .foreign, .another, .malformed: continue
                }
            }
        }
        let unknown = left.filter { !open.contains($0) }
        throw unknown.isEmpty ? .isOpen(open, on: node) : .staysPrepared(unknown, on: node)
    }

    private func end(_ statement: SQL, on link: any Link, of node: DataNode) async throws(ClusterError) {
        do throws(ClusterError) {
            try await send(statement, on: link, node: node.name)
        } catch {
            // undefined_object: somebody else has ended it.
            guard error.sqlstate == "42704" else { throw error }
        }
    }
}

extension ClusterError {
    /// What its client is answered yet decides how it ends: nobody may end it on the node before.
    fileprivate static func isOpen(_ transactions: [InDoubtTransaction], on node: DataNode) -> ClusterError {
        ClusterError(
            "the access node has not ended \(transactions.map(\.gid).listed) yet, which \(transactions.count == 1 ? "is" : "are") prepared on \(node.name)",
            node: node.name,
            remedy:
                "wait: it ends with its client's COMMIT or ROLLBACK, once all nodes that it has written to answer ('node ping'); then again"
        )
    }

    fileprivate static func staysPrepared(_ transactions: [InDoubtTransaction], on node: DataNode) -> ClusterError {
        ClusterError(
            "\(transactions.map(\.gid).listed) \(transactions.count == 1 ? "stays" : "stay") prepared on \(node.name), and the access node does not say how it ends",
            node: node.name, remedy: "who made it ends it, on \(node.name): COMMIT PREPARED or ROLLBACK PREPARED")
    }
}
