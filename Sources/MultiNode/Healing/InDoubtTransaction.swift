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
        /// It has the form of TimescaleDB's, and names another server than the access node has for the data node.
        case another
        case malformed

        /// Why.
        package var reason: String {
            switch self {
            case .commit: "the access node has it in its log of commits"
            case .abort: "the access node has ended it and has it not in its log of commits"
            case .inProgress: "the access node has not ended it yet"
            case .foreign: "it is no transaction of TimescaleDB, and healing passes over it"
            case .another:
                "another access node has begun it, or this one before it was restored or the node was added anew; healing would end "
                    + "it as this one has it, and leaves its node as it is"
            case .malformed: "healing of its node stops at it with an error; end it by hand with ROLLBACK PREPARED"
            }
        }
    }

    /// - Parameters:
    ///   - node: the data node that it is prepared on.
    ///   - committed: the gids that ``committed(among:)`` returned, asked behind the snapshot: what ends between is in the
    ///     log, or in progress yet.
    ///   - snapshot: the access node's, which must be taken after the prepared transactions were listed.
    package func verdict(
        on node: DataNode, committed: Set<String>, _ snapshot: TransactionSnapshot
    ) -> Verdict {
        switch TransactionID.parse(gid) {
        case .foreign: .foreign
        case .distributed(let id) where id.isOfAnotherServer(than: node): .another
        case .malformed, .otherVersion: .malformed
        case .distributed where committed.contains(gid): .commit
        case .distributed(let id): snapshot.isInProgress(id.xid) ? .inProgress : .abort
        }
    }

    /// Whether the access node has not begun it for this node: its id is one that the access node is yet to give, or it
    /// names another server.
    package func isOfAnother(than node: DataNode, _ snapshot: TransactionSnapshot) -> Bool {
        guard case .distributed(let id) = TransactionID.parse(gid) else { return false }
        return id.isOfAnotherServer(than: node) || snapshot.isAhead(id.xid)
    }

    /// What is told of a prepared transaction of which the access node can't say how it ends.
    package static func isUnknown(_ gid: String) -> String {
        "the prepared transaction \(gid) is none that this access node knows of: it was restored from a "
            + "backup or crashed, the node was added anew since, or another access node leads to it, too; healing may "
            + "undo what that one has committed"
    }

    /// How it is ended where ``isOfAnother(than:_:)``.
    func endingUnknown(on node: DataNode) -> String {
        if case .distributed(let id) = TransactionID.parse(gid), id.isOfAnotherServer(than: node) {
            return Self.endingOfAnother(gid, on: node.name)
        }
        let gid = Quoting.literal(gid)
        return "on the node, in psql, end it as the access node did that began it: COMMIT PREPARED \(gid) or ROLLBACK "
            + "PREPARED \(gid); only where the access node has crashed, heal \(Quoting.word(node.name))"
    }

    /// How one is ended that names another server, for which the access node can't tell.
    package static func endingOfAnother(_ gid: String, on node: String) -> String {
        let gid = Quoting.literal(gid)
        return "on the node, in psql, end it as the access node did that began it: COMMIT PREPARED \(gid) or ROLLBACK "
            + "PREPARED \(gid); 'heal \(Quoting.word(node)) --of-others' ends it as this one has it"
    }
}
