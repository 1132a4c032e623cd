/// What is told of each row that is written to an old table, on its nodes.
package struct OldTable: Sendable, Equatable {
    private let id: Int
    /// Whether it has triggers of the user's. They have fired when the rows were written, which are copied back.
    private let hasTriggers: Bool
    /// Whether continuous aggregates are made of it, which are told by a trigger of TimescaleDB's what is to be made anew.
    private let hasAggregates: Bool
    private let hasForeignKeys: Bool
    private let name: TableName

    /// - Parameter row: of ``query(of:)``.
    package init(_ migration: Migration, row: [String: String?]) {
        let row = Row(row)
        id = migration.sourceID
        hasTriggers = row.flag("has_triggers")
        hasAggregates = row.flag("has_aggregates")
        hasForeignKeys = row.flag("has_foreign_keys")
        name = migration.aside
    }

    /// For the access node, where the table is called what it is after the cut-over: one row.
    package static func query(of migration: Migration) -> SQL {
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger g
                         JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
                         JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace
                        WHERE g.tgrelid = pg_catalog.to_regclass(\(literal: migration.aside.quoted)) AND NOT g.tgisinternal
                          AND s.nspname NOT IN ('_timescaledb_internal', '_timescaledb_functions')) AS has_triggers,
               EXISTS (SELECT FROM pg_catalog.pg_constraint f
                        WHERE f.conrelid = pg_catalog.to_regclass(\(literal: migration.aside.quoted)) AND f.contype = 'f') AS has_foreign_keys,
               EXISTS (SELECT FROM _timescaledb_catalog.continuous_agg a
                        WHERE a.raw_hypertable_id = \(String(migration.sourceID), type: "int")) AS has_aggregates
        """
    }

    /// Statements that write to it, in a transaction of the access node, with no trigger fired by them. What is to be made
    /// anew of the continuous aggregates is noted all the same, chunk by chunk, and each node looks whether it has what its rows refer to.
    /// TimescaleDB's own trigger would note all of the time between the first and the last row of the transaction, and with that what lies
    /// between and has no raw rows any more. What was dropped is not noted: these have its rows from before, and nothing to make them
    /// of again.
    ///
    /// - Parameters:
    ///   - chunks: that are written to.
    ///   - nodes: all that may have a part in it.
    package func quietly(
        _ statements: [SQL], writing chunks: [WrittenChunk], on nodes: [String], _ capabilities: Capabilities
    ) -> [SQL] {
        guard hasTriggers || hasAggregates, !statements.isEmpty else { return statements }
        let (off, on) = (TargetWriting.triggersOff, TargetWriting.triggersOn)
        let spans = hasAggregates ? chunks.filter { $0.chunk != nil }.compactMap(\.span) : []
        let function = capabilities.internalFunction("invalidation_hyper_log_add_entry")
        // One node is enough: a refresh asks all.
        let notes = nodes.first.map { node in
            spans.map { span in
                let note: SQL = """
                    SELECT \(raw: function)(\(literal: id), \(literal: Int(span.lowerBound)), \(literal: Int(span.upperBound)))
                    """
                return DistributedExec.call(note, on: [node], capabilities)
            }
        }
        return [off, DistributedExec.call(off, on: nodes, capabilities)] + statements + (notes ?? [])
            + (hasForeignKeys ? [DistributedExec.call(check(of: chunks), on: nodes, capabilities)] : []) + [
                DistributedExec.call(on, on: nodes, capabilities), on,
            ]
    }

    /// Of the rows that are written to the ranges of chunks.
    private func check(of chunks: [WrittenChunk]) -> SQL {
        let ranges = chunks.filter { $0.chunk != nil }.map { "(\(raw: $0.condition))" as SQL }
        return ForeignKeyCheck.statement(
            of: name,
            rows:
                "(SELECT * FROM \(qualified: name) WHERE \(raw: ranges.isEmpty ? "false" : ranges.joined(separator: " OR ")))"
        )
    }
}
