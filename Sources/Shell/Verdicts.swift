import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Session {
    func inDoubt(on node: DataNode) async throws(Failure) -> [InDoubtTransaction] {
        try await asking(node) { connection throws(Failure) in
            try await send(InDoubtTransaction.list, on: connection, node: node.name, timeout: .seconds(5))
                .records.map { InDoubtTransaction(row: $0) }
        }
    }

    /// What the access node knows of transactions that are prepared on nodes: which to commit, and which go on.
    func verdicts(on gids: [String]) async throws(Failure) -> (gids: Set<String>, snapshot: TransactionSnapshot) {
        let connection = try await cluster().connection
        let log = try await send(InDoubtTransaction.committed(among: gids), on: connection)
        // Taken after the lists: a transaction in one of them that ended since is seen as ended.
        let text = try await send(TransactionSnapshot.query, on: connection).rows.first?.first.flatMap { $0 }
        guard let snapshot = TransactionSnapshot(text ?? "") else {
            throw Failure("the access node did not say which transactions are in progress")
        }
        return (Set(log.records.compactMap { $0["gid"].flatMap { $0 } }), snapshot)
    }
}
