/// The hypertable that the rows go to, as its server has it.
package struct TargetTable: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package let name: String
        package let type: String
        package let isGenerated: Bool
        /// Whether its values can be sent in binary form, between servers that are not older than 14: before, the numbers of
        /// types are in it.
        package let isSendable: Bool
        /// Whether it is NOT NULL.
        package let isRequired: Bool
        /// How its text is ordered, of ``TextOrder``; nil where it is no text, or that is not known.
        let textOrder: String?

        package init(
            name: String, type: String, isGenerated: Bool = false, isSendable: Bool = true, isRequired: Bool = false,
            textOrder: String? = nil
        ) {
            self.name = name
            self.type = type
            self.isGenerated = isGenerated
            self.isSendable = isSendable
            self.isRequired = isRequired
            self.textOrder = textOrder
        }
    }

    package let table: TableName
    /// In the catalog of its server, which gives no number twice.
    package let id: Int
    package let owner: String
    /// In the table's order.
    package let columns: [Column]
    /// The schema of `create_chunk`.
    package let functionsSchema: String
    package let extensionSchema: String
    let extensionVersion: ExtensionVersion
    package let serverVersion: Int
    /// Storage parameters: `{fillfactor=90}`.
    package let options: [String]
    /// Whether the role that asks is a superuser.
    package let isSuperuser: Bool
    /// Whether it has triggers of the user's, which have fired at the source.
    package let hasTriggers: Bool
    /// Whether it has foreign keys, which PostgreSQL looks at by triggers, or for all rows when they are made.
    let hasForeignKeys: Bool
    /// The table whose children have compressed rows; nil where compression is not enabled.
    package let compressedTable: TableName?
    /// The columns of that table, by name; none from 2.14 on, where the chunks have them themselves.
    package let compressedColumns: [String]

    /// - Parameter row: of ``query(of:)``.
    package init?(_ table: TableName, row: [String: String?]) {
        let row = Row(row)
        guard let owner = row["owner"] else { return nil }
        self.table = table
        self.owner = owner
        id = row.integer("id")
        let generated = row.array("generated")
        let sendable = row.array("sendable")
        let required = row.array("required")
        let types = row.array("types")
        let orders = row.array("text_orders")
        columns = row.array("columns").enumerated().map { index, name in
            Column(
                name: name, type: types.indices.contains(index) ? types[index] : "",
                isGenerated: generated.contains(name),
                isSendable: sendable.contains(name), isRequired: required.contains(name),
                textOrder: orders.indices.contains(index) && !orders[index].isEmpty ? orders[index] : nil)
        }
        functionsSchema = row["functions_schema"] ?? "_timescaledb_functions"
        extensionSchema = row["extension_schema"] ?? "public"
        extensionVersion = ExtensionVersion(row["extension_version"] ?? "")
        serverVersion = row.integer("server_version")
        options = row.array("options")
        isSuperuser = row.flag("is_superuser")
        hasTriggers = row.flag("has_triggers")
        hasForeignKeys = row.flag("has_foreign_keys")
        compressedTable = row["compressed_name"].map { TableName(schema: row["compressed_schema"], name: $0) }
        compressedColumns = row.array("compressed_columns").sorted()
    }

    /// For the target: one row; none where there is no such hypertable.
    package static func query(of table: TableName) -> SQL {
        """
        WITH \(raw: TextOrder.all)
        SELECT h.id, pg_catalog.pg_get_userbyid(t.relowner) AS owner, a.columns, a.types, a.generated, a.sendable, a.required,
               a.text_orders,
               (SELECT n.nspname FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                 WHERE p.proname = 'create_chunk' AND n.nspname LIKE '\\_timescaledb\\_%'
                 ORDER BY n.nspname = '_timescaledb_functions' DESC LIMIT 1) AS functions_schema,
               (SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                 WHERE e.extname = 'timescaledb') AS extension_schema,
               (SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'timescaledb') AS extension_version,
               pg_catalog.current_setting('server_version_num') AS server_version, t.reloptions AS options,
               (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER) AS is_superuser,
               EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
                                                             AND g.tgname <> 'ts_insert_blocker') AS has_triggers,
               EXISTS (SELECT FROM pg_catalog.pg_constraint f WHERE f.conrelid = t.oid AND f.contype = 'f') AS has_foreign_keys,
               z.schema_name AS compressed_schema, z.table_name AS compressed_name,
               (SELECT pg_catalog.array_agg(y.attname) FROM pg_catalog.pg_attribute y
                 WHERE y.attrelid = pg_catalog.to_regclass(pg_catalog.quote_ident(z.schema_name) || '.' || pg_catalog.quote_ident(z.table_name))
                   AND y.attnum > 0 AND NOT y.attisdropped) AS compressed_columns
          FROM _timescaledb_catalog.hypertable h
          JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass(pg_catalog.format('%I.%I', h.schema_name, h.table_name))
          LEFT JOIN _timescaledb_catalog.hypertable z ON z.id = h.compressed_hypertable_id
         CROSS JOIN LATERAL (
               SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) AS columns,
                      pg_catalog.array_agg(pg_catalog.format_type(a.atttypid, NULL) ORDER BY a.attnum) AS types,
                      pg_catalog.array_agg(a.attname) FILTER (
                          WHERE pg_catalog.to_jsonb(a) ->> 'attgenerated' = 's') AS generated,
                      pg_catalog.array_agg(a.attname) FILTER (
                          WHERE y.typsend <> 0 AND y.typreceive <> 0) AS sendable,
                      pg_catalog.array_agg(a.attname) FILTER (WHERE a.attnotnull) AS required,
                      pg_catalog.array_agg(COALESCE(o."order", '') ORDER BY a.attnum) AS text_orders
                 FROM pg_catalog.pg_attribute a
                 JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                 LEFT JOIN text_orders o ON o.oid = \(raw: TextOrder.collation(of: "a"))
                WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) a
         WHERE h.schema_name = \(table.schema ?? "public", type: "name") AND h.table_name = \(table.name, type: "name")
        """
    }

    /// The columns that COPY takes.
    package var copiedColumns: [String] { columns.filter { !$0.isGenerated }.map(\.name) }

    /// Whether rows that come without firing a trigger of the user's come without a look at their keys.
    var losesKeys: Bool { hasTriggers && hasForeignKeys }

    /// Whether rows can go over in binary form, which takes less than half of the time.
    ///
    /// - Parameter version: of the source, as `server_version_num` has it.
    package func takesBinary(fromServer version: Int) -> Bool {
        min(version, serverVersion) >= 140_000 && columns.allSatisfy(\.isSendable)
    }

    /// Whether a chunk's compressed rows can be taken over as they are: later versions keep them in another form.
    package var takesCompressedRows: Bool {
        compressedTable != nil && extensionVersion < ExtensionVersion("2.15")
    }

    /// Whether the text of columns is ordered as somewhere else.
    ///
    /// - Parameter orders: there, by column: see ``SourceFacts/textOrders``.
    func ordersText(as orders: [String: String]) -> Bool {
        orders.allSatisfy { name, order in
            !order.isEmpty && columns.contains { $0.name == name && $0.textOrder == order }
        }
    }

    /// Whether each chunk's table of compressed rows has columns of its own, and not those of its parent.
    package var hasCompressedColumnsPerChunk: Bool { extensionVersion >= ExtensionVersion("2.14") }

    func function(_ name: String) -> SQL { "\(identifier: functionsSchema).\(raw: SQL(stringLiteral: name))" }

    func command(_ name: String) -> SQL { "\(identifier: extensionSchema).\(raw: SQL(stringLiteral: name))" }
}
