/// Resolving what distributed transactions left behind on data nodes.
package enum Healing {
    /// After a crash the access node would give a lost transaction's number out again, and healing would take that
    /// transaction for one in progress: a number must be taken first.
    package static let advanceTransactionID: SQL = "SELECT txid_current()"

    /// Heals one node, as a statement by itself: TimescaleDB refuses it inside a transaction, and one statement for
    /// several nodes ends at the first that is down.
    package static func statement(_ node: DataNode, _ capabilities: Capabilities) -> SQL {
        """
        SELECT \(identifier: capabilities.functionsSchema).remote_txn_heal_data_node(\(node.serverOID))
        """
    }

    /// Whether an error means that a transaction id that is none of TimescaleDB's stands in the way.
    package static func isBlocked(sqlstate: String, message: String) -> Bool {
        (sqlstate == "22P02" || sqlstate == "XX000") && message.contains("remote transaction")
    }

    /// What healing would do with a prepared transaction.
    package enum Verdict: String, Sendable {
        case commit, abort, foreign, malformed
        case inProgress = "in_progress"
    }

    /// What the access node knows of a gid: whether it is in the log, and what became of its transaction.
    package static func verdict(_ gid: String, on node: DataNode) -> SQL {
        let transaction = TransactionID(gid)
        return """
            SELECT EXISTS (SELECT FROM _timescaledb_catalog.remote_txn
                           WHERE data_node_name = \(node.name) AND remote_transaction_id = \(gid)) AS logged,
                \(transaction.xid.map(String.init))::xid::text::bigint >= txid_snapshot_xmax(s) % 4294967296
                    OR EXISTS (SELECT FROM txid_snapshot_xip(s) x
                               WHERE x % 4294967296 = \(transaction.xid.map(String.init))::xid::text::bigint) AS in_progress
            FROM txid_current_snapshot() s
            """
    }

    package static func verdict(_ gid: String, row: [String: String?]) -> Verdict {
        switch TransactionID(gid) {
        case .foreign: .foreign
        case .malformed, .otherVersion: .malformed
        case .timescaleDB: row["in_progress"] == "t" ? .inProgress : row["logged"] == "t" ? .commit : .abort
        }
    }
}

/// The name of a prepared transaction as TimescaleDB reads it: `ts-1-<xid>-<server oid>-<role oid>`.
package enum TransactionID: Sendable, Equatable {
    case timescaleDB(xid: UInt32, server: UInt32, role: UInt32)
    /// Begins with `ts-` and can't be read: it blocks the healing of its node.
    case malformed
    /// A version other than 1, which blocks the healing too.
    case otherVersion
    /// Somebody else's.
    case foreign

    package init(_ gid: String) {
        guard gid.hasPrefix("ts-") else {
            self = .foreign
            return
        }
        let numbers = gid.dropFirst(3).split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0) }
        guard numbers.count == 4, let version = numbers[0], let xid = numbers[1], let server = numbers[2],
            let role = numbers[3]
        else {
            self = .malformed
            return
        }
        self = version == 1 ? .timescaleDB(xid: xid, server: server, role: role) : .otherVersion
    }

    package var xid: UInt32? {
        if case .timescaleDB(let xid, _, _) = self { xid } else { nil }
    }
}

/// A prepared transaction on a data node.
package struct PreparedTransaction: Sendable, Equatable {
    package let gid: String
    package let ageSeconds: Int
    package let owner: String

    package static let list: SQL = """
        SELECT gid, extract(epoch FROM clock_timestamp() - prepared)::bigint AS age_seconds, owner
        FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared
        """

    package init(row: [String: String?]) {
        gid = (row["gid"] ?? nil) ?? ""
        ageSeconds = (row["age_seconds"] ?? nil).flatMap { Int($0) } ?? 0
        owner = (row["owner"] ?? nil) ?? ""
    }
}
