/// The tables of a subscription that wait for a replication slot of their own, by which their rows are copied.
package struct CopySlots: Sendable {
    private let subscription: Int
    private let tables: [Int]

    /// - Parameter row: of ``query(_:)``.
    /// - Returns: nil where no table is known yet.
    package init?(row: [String: String?]) {
        let row = Row(row)
        guard let subscription = row.optionalInteger("number"), row.integer("tables") > 0 else { return nil }
        self.subscription = subscription
        tables = row.array("open").compactMap { Int($0) }
    }

    /// Whether a table has not its rows yet; else none needs a slot any more.
    package var areNeeded: Bool { !tables.isEmpty }

    /// For a data node, one row if it has the subscription.
    package static func query(_ operation: String) -> SQL {
        """
        SELECT s.oid AS number, pg_catalog.count(r.srrelid) AS tables,
               pg_catalog.array_agg(r.srrelid::bigint) FILTER (WHERE r.srsubstate IN ('i', 'd')) AS open
          FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_subscription_rel r ON r.srsubid = s.oid
         WHERE s.subname = \(operation, type: "name")
           AND s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d
                             WHERE d.datname = pg_catalog.current_database())
         GROUP BY s.oid
        """
    }

    /// For the source: `t` if each of the tables has its slot, behind all that was open when it was begun. Before PostgreSQL 14
    /// the slots have no prefix, and no system in their names.
    package var areMade: SQL {
        let names = tables.map { "^(pg_)?\(subscription)_sync_\($0)(_|$)" }
        return """
            SELECT pg_catalog.bool_and(EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                                                WHERE s.slot_name ~ n.name AND s.confirmed_flush_lsn IS NOT NULL)) AS made
              FROM pg_catalog.unnest(\(names, type: "text[]")) n (name)
            """
    }
}
