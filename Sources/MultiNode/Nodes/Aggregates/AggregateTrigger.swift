/// The trigger by which a data node notes where a distributed hypertable with continuous aggregates was written to.
///
/// It has the hypertable's numbers on the node and on the access node. Where the aggregates were there before the node,
/// `attach_data_node` gives it the latter alone (TimescaleDB 2.9.3 and 2.13.1): whatever is written there then ends the node's
/// server, or is refused, or is noted for another hypertable that has this number on the node.
package enum AggregateTrigger {
    private static let name = "ts_cagg_invalidation_trigger"

    /// For the access node: the hypertables with continuous aggregates, `id`, `schema` and `name`.
    package static let tables: SQL = """
        SELECT h.id, h.schema_name AS schema, h.table_name AS name
          FROM _timescaledb_catalog.hypertable h
         WHERE EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a WHERE a.raw_hypertable_id = h.id)
         ORDER BY h.id
        """

    /// For a data node: the parts of distributed hypertables whose trigger lacks a number, `schema` and `name`.
    package static let wrong: SQL = """
        SELECT h.schema_name AS schema, h.table_name AS name
          FROM _timescaledb_catalog.hypertable h
          JOIN pg_catalog.pg_trigger t
            ON t.tgrelid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
         WHERE h.replication_factor < 0 AND t.tgname = '\(raw: SQL(stringLiteral: name))' AND t.tgnargs = 1
         ORDER BY 1, 2
        """

    /// Makes those of tables as they have to be on a data node where they are not.
    package static func mending(
        _ tables: [TableWithAggregates], on node: String, _ capabilities: Capabilities
    ) -> Plan {
        .together(tables.map { mending($0, on: node, capabilities) })
    }

    static func mending(_ table: TableWithAggregates, on node: String, _ capabilities: Capabilities) -> SQL {
        let trigger = SQL(stringLiteral: name)
        let function = capabilities.internalFunction("continuous_agg_invalidation_trigger").text
        return DistributedExec.call(
            """
            DO $mend$
            DECLARE
                part regclass := \(literal: table.table.quoted);
                own int := (SELECT id FROM _timescaledb_catalog.hypertable
                             WHERE pg_catalog.to_regclass(pg_catalog.format('%I.%I', schema_name, table_name)) = part);
            BEGIN
                IF EXISTS (SELECT FROM pg_catalog.pg_trigger
                            WHERE tgrelid = part AND tgname = '\(raw: trigger)' AND tgnargs = 1) THEN
                    EXECUTE pg_catalog.format('DROP TRIGGER \(raw: trigger) ON %s', part);
                    EXECUTE pg_catalog.format(
                        'CREATE TRIGGER \(raw: trigger) AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s(%L, %L)',
                        part, \(literal: function), own, \(literal: table.id));
                END IF;
            END
            $mend$
            """, on: [node], capabilities)
    }
}

/// A distributed hypertable that has continuous aggregates.
package struct TableWithAggregates: Sendable, Equatable {
    package let table: TableName
    /// On the access node.
    let id: Int

    /// - Parameter row: of ``AggregateTrigger/tables``.
    package init(row: [String: String?]) {
        let row = Row(row)
        table = TableName(schema: row["schema"], name: row["name"] ?? "")
        id = row.integer("id")
    }
}
