/// What a copy of a chunk has left on its nodes, for the case that TimescaleDB's own cleanup can't drop it.
extension ChunkCopying {
    // MARK: On the destination

    /// Its subscription there, if there is one.
    package var subscription: SQL {
        """
        SELECT s.oid AS subscription
          FROM pg_catalog.pg_subscription s
          JOIN pg_catalog.pg_database d ON d.oid = s.subdbid AND d.datname = pg_catalog.current_database()
         WHERE s.subname = \(operation, type: "name")
        """
    }

    /// In this order. Without a slot it is dropped also where the source does not answer.
    package var subscriptionDrop: [SQL] { Self.subscriptionDrop(operation) }

    static func subscriptionDrop(_ name: String) -> [SQL] {
        [
            "ALTER SUBSCRIPTION \(identifier: name) DISABLE",
            "ALTER SUBSCRIPTION \(identifier: name) SET (slot_name = NONE)",
            "DROP SUBSCRIPTION \(identifier: name)",
        ]
    }

    /// For the access node: the numbers that its hypertables have there.
    package var hypertablesThere: SQL {
        """
        SELECT node_hypertable_id AS number
          FROM _timescaledb_catalog.hypertable_data_node
         WHERE node_name = \(destination, type: "name") AND node_hypertable_id IS NOT NULL
        """
    }

    /// The tables that it has made there; columns `schema`, `name`, `kept`, `chunk`, whether it is one of the node's, and `aside`, a
    /// name that is free there.
    ///
    /// Usually these are no chunks of the node. One that is, and that the access node has no copy for there, goes too:
    /// nobody would ever drop it, and into its range no row could be written there. It is kept where its hypertable is
    /// none of the access node's any more: its rows may be all that there is of it, as where it was detached.
    ///
    /// - Parameter hypertables: of ``hypertablesThere``.
    package func looseTables(of hypertables: [Int]) -> SQL {
        var conditions: [SQL] = []
        if let chunk {
            // What the access node has as a copy there is none of them, whatever the node says.
            if !isOnDestination {
                conditions.append(
                    """
                    n.nspname = \(chunk.schema ?? "public", type: "name")
                            AND t.relname = \(chunk.name, type: "name")\(raw: isOrphaned ? "" : Self.isNoChunk)
                    """)
            }
        } else {
            // Its name is told by the subscription, or by its number: these are the access node's, and given once.
            conditions.append(
                """
                EXISTS (SELECT FROM pg_catalog.pg_subscription s
                                  JOIN pg_catalog.pg_subscription_rel r ON r.srsubid = s.oid
                                 WHERE s.subname = \(operation, type: "name") AND r.srrelid = t.oid)\(raw: Self.isNoChunk)
                """)
            conditions.append(
                """
                n.nspname = '_timescaledb_internal'
                        AND t.relname ~ ('^_dist_hyper_[0-9]+_' || \(String(chunkID), type: "text") || '_chunk$')
                """)
        }
        if let compressedTable {
            conditions.append(
                """
                n.nspname = '_timescaledb_internal' AND t.relname = \(compressedTable, type: "name")\(raw: Self.isNoChunk)
                """)
        }
        if conditions.isEmpty { conditions = ["false"] }
        let either = conditions.map { "(\(raw: $0))" as SQL }.joined(separator: "\n                OR ")
        return """
            SELECT n.nspname AS schema, t.relname AS name,
                   COALESCE(c.hypertable_id <> ALL (\(hypertables.map(String.init), type: "int[]")), false) AS kept,
                   c.id IS NOT NULL AS chunk,
                   \(raw: TableAside.freeName(
                       schema: "n.nspname", name: "t.relname::text", ending: CopyAside.ending)) AS aside
              FROM pg_catalog.pg_class t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
              LEFT JOIN _timescaledb_catalog.chunk c
                ON c.schema_name = n.nspname AND c.table_name = t.relname AND NOT c.dropped
             WHERE t.relkind = 'r'
               AND (\(raw: either))
             ORDER BY 1, 2
            """
    }

    private static let isNoChunk: SQL = " AND c.id IS NULL"

    /// For the destination.
    package static func hasRows(_ table: TableName) -> SQL { "SELECT EXISTS (SELECT FROM \(qualified: table))" }

    /// For the source, where the access node has the chunk no more: whether it was dropped there as well, and so on purpose. That is
    /// proved where it is still the database that it was copied from, which has the publication, and has no such chunk. Another
    /// server may have got the node's name since.
    package var isDroppedThere: SQL {
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = \(operation, type: "name"))
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_class t
                                 JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                                WHERE n.nspname = '_timescaledb_internal' AND t.relkind = 'r'
                                  AND t.relname ~ ('^_dist_hyper_[0-9]+_' || \(String(chunkID), type: "text") || '_chunk$'))
               AS dropped
        """
    }

    /// For the destination, before it is attached there: whether it is a chunk of the node all the same. Then it is no
    /// copy that is being made, but a chunk that the access node knew to be there, as before it was restored.
    package var isChunkThere: SQL {
        """
        SELECT EXISTS (
                   SELECT
                     FROM _timescaledb_catalog.chunk c
                     JOIN pg_catalog.pg_namespace n ON n.nspname = c.schema_name
                     JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = c.table_name
                    WHERE NOT c.dropped AND c.schema_name = \(chunk?.schema ?? "public", type: "name")
                      AND c.table_name = \(chunk?.name ?? "", type: "name"))
        """
    }

    package static func dropping(_ table: TableName) -> SQL { "DROP TABLE IF EXISTS \(qualified: table)" }

    // MARK: On the source

    /// Whether a process still sends from its slot; no row if there is no slot.
    package var slot: SQL {
        "SELECT active, active_pid AS pid FROM pg_catalog.pg_replication_slots WHERE slot_name = \(operation, type: "name")"
    }

    package var slotDrop: SQL {
        """
        SELECT pg_catalog.pg_drop_replication_slot(slot_name)
          FROM pg_catalog.pg_replication_slots WHERE slot_name = \(operation, type: "name")
        """
    }

    package var publicationDrop: SQL { "DROP PUBLICATION IF EXISTS \(identifier: operation)" }
}
