/// A transaction that a data node has prepared and that has not been committed or rolled back there.
package struct InDoubtTransaction: Sendable, Equatable {
    package let gid: String
    package let ageSeconds: Int
    package let owner: String

    package init(gid: String, ageSeconds: Int, owner: String) {
        self.gid = gid
        self.ageSeconds = ageSeconds
        self.owner = owner
    }

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(gid: row["gid"] ?? "", ageSeconds: row.integer("age_seconds"), owner: row["owner"] ?? "")
    }

    /// For a data node: all prepared transactions of its database, not only TimescaleDB's, oldest first.
    package static let list: SQL = """
        SELECT gid, GREATEST(0, pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp() - prepared)))::bigint AS age_seconds,
               owner
          FROM pg_catalog.pg_prepared_xacts
         WHERE database = pg_catalog.current_database()
         ORDER BY prepared, gid
        """

    /// For the access node: those of the gids that its log of commits contains; one column `gid`.
    package static func committed(among gids: [String]) -> SQL {
        """
        SELECT remote_transaction_id AS gid
          FROM _timescaledb_catalog.remote_txn
         WHERE remote_transaction_id = ANY (\(gids, type: "text[]"))
        """
    }

    /// For the access node: the length of its transaction log for each data node; columns `node` and `rows`.
    package static let logLengths: SQL = """
        SELECT data_node_name AS node, pg_catalog.count(*) AS rows
          FROM _timescaledb_catalog.remote_txn
         GROUP BY data_node_name
         ORDER BY data_node_name
        """

    /// What healing would do with it.
    package enum Verdict: String, Sendable {
        case commit
        case abort
        case inProgress = "in_progress"
        case foreign
        case malformed

        /// Why.
        package var reason: String {
            switch self {
            case .commit: "the access node has it in its log of commits"
            case .abort: "the access node has ended it and has it not in its log of commits"
            case .inProgress: "the access node has not ended it yet"
            case .foreign: "it is no transaction of TimescaleDB, and healing passes over it"
            case .malformed: "healing of its node stops at it with an error; end it by hand with ROLLBACK PREPARED"
            }
        }
    }

    /// - Parameters:
    ///   - committed: the gids that ``committed(among:)`` returned, asked behind the snapshot: what ends between is in the
    ///     log, or in progress yet.
    ///   - snapshot: the access node's, which must be taken after the prepared transactions were listed.
    package func verdict(committed: Set<String>, _ snapshot: TransactionSnapshot) -> Verdict {
        switch TransactionID.parse(gid) {
        case .foreign: .foreign
        case .malformed, .otherVersion: .malformed
        case .distributed where committed.contains(gid): .commit
        case .distributed(let id): snapshot.isInProgress(id.xid) ? .inProgress : .abort
        }
    }

    /// Whether the access node has not begun it for this node: its id is one that the access node is yet to give, or it
    /// names another server.
    package func isOfAnother(than node: DataNode, _ snapshot: TransactionSnapshot) -> Bool {
        guard case .distributed(let id) = TransactionID.parse(gid) else { return false }
        return id.serverOID != node.serverOID && node.serverOID != 0 || snapshot.isAhead(id.xid)
    }
}
