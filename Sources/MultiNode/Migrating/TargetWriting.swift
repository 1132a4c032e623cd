/// The statements by which a chunk is made on the target: one transaction, with what is recorded of it.
package struct TargetWriting: Sendable {
    private let table: TargetTable
    private let chunk: SourceChunk

    package init(_ chunk: SourceChunk, in table: TargetTable) {
        self.chunk = chunk
        self.table = table
    }

    /// The rows where they wait until they are compared.
    package var stage: TableName { chunk.name(in: table) }

    private var compressedStage: TableName {
        TableName(schema: stage.schema, name: "_tscl_\(table.id)_\(chunk.id)_compressed")
    }

    // MARK: Rows

    /// A table by itself, with what a chunk inherits from its hypertable. Its attaching makes indexes, keys and triggers.
    package var createStage: [SQL] {
        let compression: SQL = table.serverVersion >= 140_000 ? " INCLUDING COMPRESSION" : ""
        let options: SQL =
            table.options.isEmpty
            ? "" : " WITH (\(raw: SQL(stringLiteral: table.options.joined(separator: ", "))))"
        return [
            """
            CREATE TABLE \(qualified: stage) (LIKE \(qualified: table.table) INCLUDING DEFAULTS INCLUDING CONSTRAINTS \
            INCLUDING GENERATED INCLUDING STORAGE\(raw: compression))\(raw: options)
            """,
            owned(stage),
        ]
    }

    private func owned(_ name: TableName) -> SQL {
        "ALTER TABLE \(qualified: name) OWNER TO \(identifier: table.owner)"
    }

    /// Rows of a table that was made, or emptied, in the same transaction.
    package func copy(into name: TableName, as form: CopyForm) -> SQL {
        """
        COPY \(qualified: name) (\(identifiers: table.copiedColumns)) FROM STDIN \
        (\(raw: form.options), FREEZE)
        """
    }

    private var attachStage: SQL {
        """
        SELECT \(raw: table.function("create_chunk"))(\(literal: table.table.quoted)::pg_catalog.regclass, \
        \(literal: chunk.slices)::jsonb, \(literal: stage.schema ?? "public"), \(literal: stage.name), \
        \(literal: stage.quoted)::pg_catalog.regclass)
        """
    }

    /// A chunk without rows, made by TimescaleDB: whoever makes another one of the table waits for the transaction's end.
    package var createChunk: SQL {
        """
        SELECT \(raw: table.function("create_chunk"))(\(literal: table.table.quoted)::pg_catalog.regclass, \
        \(literal: chunk.slices)::jsonb, \(literal: stage.schema ?? "public"), \(literal: stage.name))
        """
    }

    /// Whether rows wait in a table by itself; else they go into a chunk that is there, as only a superuser can let what is
    /// attached inherit.
    package var hasStage: Bool { table.isSuperuser }

    /// The stage becomes the chunk, as TimescaleDB makes it.
    package var attaching: [SQL] { [attachStage] + ChunkInheritance.statements(of: stage) + [granting] }

    /// Who may use the table may use the chunk by its name, as of those that TimescaleDB makes.
    private var granting: SQL {
        let body: SQL = """
            DECLARE
              x pg_catalog.record;
            BEGIN
              FOR x IN SELECT a.privilege_type, a.is_grantable, a.grantee
                         FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
                        WHERE c.oid = \(literal: table.table.quoted)::pg_catalog.regclass AND a.grantee <> c.relowner
              LOOP
                EXECUTE pg_catalog.format('GRANT %s ON TABLE %s TO %s%s', x.privilege_type, \(literal: stage.quoted),
                                          CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::pg_catalog.regrole::text END,
                                          CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
              END LOOP;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// Whether a chunk that is there may be filled anew. Where no trigger may fire nobody would look at its keys: it is made
    /// anew then, and they are when its rows are there.
    package var mayRefill: Bool { !table.losesKeys }

    /// Empties a chunk that is there, so that it is filled anew: dropping chunks side by side can be a deadlock.
    package static func truncate(_ name: TableName) -> SQL { "TRUNCATE TABLE \(qualified: name)" }

    /// Before a chunk is dropped: side by side that can be a deadlock in TimescaleDB's catalog. Until the transaction ends. It comes
    /// before the chunk is read, too: whoever reads one locks the slices that it has in common with others.
    package static let takeTurn: SQL = "SELECT pg_catalog.pg_advisory_xact_lock(\(literal: 0x7473_636F), 0)"

    /// Drops a chunk of the target with all that belongs to it.
    package static func drop(_ name: TableName) -> SQL { "DROP TABLE IF EXISTS \(qualified: name)" }

    // MARK: Compressed rows

    /// Whether the rows can be taken over as they are compressed: the target would compress them in the same form.
    package func takesCompressedRows(of facts: SourceFacts) -> Bool {
        guard facts.compressed != nil, table.takesCompressedRows, facts.sizes.count == 8 else { return false }
        // The new chunk would not be known as out of order.
        if chunk.isUnordered || facts.isUnordered { return false }
        // Nor would it have their values.
        if facts.hasMissingValues { return false }
        // What is smallest here may not be there.
        guard table.ordersText(as: facts.textOrders ?? [:]) else { return false }
        return table.hasCompressedColumnsPerChunk
            || facts.compressedColumns.map(\.name).sorted() == table.compressedColumns
    }

    /// An empty chunk, and a table for its compressed rows.
    package func createCompressedStage(_ facts: SourceFacts) -> [SQL] {
        var statements = [createChunk]
        if table.hasCompressedColumnsPerChunk {
            let columns = facts.compressedColumns.map { "\(Quoting.identifier($0.name)) \($0.type)" }
            statements.append(
                """
                CREATE TABLE \(qualified: compressedStage) (\(raw: SQL(stringLiteral: columns.joined(separator: ", ")))) \
                WITH (toast_tuple_target = 128)
                """)
        } else if let parent = table.compressedTable {
            // 2.14 does not update where it is not a child of it.
            statements.append(
                "CREATE TABLE \(qualified: compressedStage) () INHERITS (\(qualified: parent)) WITH (toast_tuple_target = 128)"
            )
        }
        return statements + [owned(compressedStage)]
    }

    package func copyCompressed(_ facts: SourceFacts, as form: CopyForm) -> SQL {
        """
        COPY \(qualified: compressedStage) (\(identifiers: facts.compressedColumns.map(\.name))) FROM STDIN \
        (\(raw: form.options), FREEZE)
        """
    }

    package func attachCompressed(_ facts: SourceFacts) -> SQL {
        let sizes = facts.sizes.map { "\(literal: $0)::bigint" as SQL }.joined(separator: ", ")
        return """
            SELECT \(raw: table.function("create_compressed_chunk"))(\(literal: stage.quoted)::pg_catalog.regclass, \
            \(literal: compressedStage.quoted)::pg_catalog.regclass, \(raw: sizes))
            """
    }

    /// Compresses a chunk whose rows came over as rows.
    package var compress: SQL {
        "SELECT \(raw: table.command("compress_chunk"))(\(literal: stage.quoted)::pg_catalog.regclass)"
    }

    /// A table for the rows that a compressed chunk has besides: COPY into such a chunk can end the server of 2.13 (#6540).
    package var createBesides: SQL {
        """
        CREATE TEMPORARY TABLE tscl_besides ON COMMIT DROP AS
        SELECT \(identifiers: table.copiedColumns) FROM \(qualified: table.table) WITH NO DATA
        """
    }

    package func copyBesides(as form: CopyForm) -> SQL {
        """
        COPY pg_temp.tscl_besides (\(identifiers: table.copiedColumns)) FROM STDIN (\(raw: form.options))
        """
    }

    /// Once a chunk is compressed TimescaleDB has dropped its keys, and nobody looks at these rows, triggers or not. By the
    /// chunk's making in this transaction the tables that they refer to are kept as they are.
    package var insertingBesides: [SQL] {
        withoutTriggers([insertBesides])
            + (table.hasForeignKeys
                ? [ForeignKeyCheck.statement(of: table.table, rows: "ONLY \(qualified: stage)")] : [])
    }

    private var insertBesides: SQL {
        let columns = table.copiedColumns
        return """
            INSERT INTO \(qualified: table.table) (\(identifiers: columns)) OVERRIDING SYSTEM VALUE
            SELECT \(identifiers: columns) FROM pg_temp.tscl_besides
            """
    }

    // MARK: Triggers

    /// Around what would fire the user's triggers: they have fired at the source.
    ///
    /// - Returns: nothing where there are none, because only a superuser may.
    package func withoutTriggers(_ statements: [SQL]) -> [SQL] {
        guard table.hasTriggers else { return statements }
        return [Self.triggersOff] + statements + [Self.triggersOn]
    }

    package static let triggersOff: SQL = "SET LOCAL session_replication_role = replica"
    package static let triggersOn: SQL = "SET LOCAL session_replication_role TO DEFAULT"
}
