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

    /// The tables that it has made there, and that no chunk of the node is; columns `schema` and `name`.
    ///
    /// Where the access node has the chunk no more, its name is told by the subscription, or by its number; then it goes
    /// also where it is a chunk of the node, which nobody would ever drop, and into whose range no row could be written.
    package var looseTables: SQL {
        var conditions: [SQL] = []
        if let chunk {
            // What the access node has as a copy there is none of them, whatever the node says.
            if !isOnDestination {
                conditions.append(
                    """
                    n.nspname = \(chunk.schema ?? "public", type: "name")
                            AND t.relname = \(chunk.name, type: "name")
                    """)
            }
        } else {
            conditions.append(
                """
                EXISTS (SELECT FROM pg_catalog.pg_subscription s
                                  JOIN pg_catalog.pg_subscription_rel r ON r.srsubid = s.oid
                                 WHERE s.subname = \(operation, type: "name") AND r.srrelid = t.oid)
                """)
        }
        if let compressedTable {
            conditions.append(
                "n.nspname = '_timescaledb_internal' AND t.relname = \(compressedTable, type: "name")")
        }
        if conditions.isEmpty { conditions = ["false"] }
        let either = conditions.map { "(\(raw: $0))" as SQL }.joined(separator: "\n                OR ")
        return """
            SELECT n.nspname AS schema, t.relname AS name
              FROM pg_catalog.pg_class t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
             WHERE t.relkind = 'r'
               AND ((\(raw: either))
                    AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk c
                                     WHERE c.schema_name = n.nspname AND c.table_name = t.relname AND NOT c.dropped)
                    OR \(raw: isDroppedChunk))
             ORDER BY 1, 2
            """
    }

    /// Numbers of chunks are the access node's, and given once.
    private var isDroppedChunk: SQL {
        guard chunk == nil else { return "false" }
        return """
            n.nspname = '_timescaledb_internal'
                       AND t.relname ~ ('^_dist_hyper_[0-9]+_' || \(String(chunkID), type: "text") || '_chunk$')
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
