/// Who may do what on one server with the distributed hypertables and in their schemas, and how these are compressed.
package struct ServerGrants: Sendable {
    struct Owner: Sendable, Equatable {
        let name: String
        let isSuperuser: Bool
    }

    /// The privileges of one role, each with whether it may grant it to others.
    typealias Privileges = [String: Bool]

    private(set) var owners: [GrantedObject: Owner] = [:]
    /// The privileges by role, without those of the owner; PUBLIC's are under nil.
    private(set) var grants: [GrantedObject: [String?: Privileges]] = [:]
    /// The names that the hypertables have there.
    private(set) var names: [TableName: TableName] = [:]
    private(set) var compression: [TableName: CompressionSettings] = [:]

    /// - Parameters:
    ///   - rows: of ``query(of:in:)``.
    ///   - tables: the hypertables by the numbers that they have there.
    package init(_ rows: [[String: String?]], of tables: [Int: TableName]) {
        for row in rows.map(Row.init) {
            guard let object = Self.object(row, tables) else { continue }
            let owner = row["owner"] ?? ""
            owners[object] = Owner(name: owner, isSuperuser: row.flag("owner_is_superuser"))
            if case .table(let table) = object {
                names[table] = TableName(schema: row["schema"], name: row["name"] ?? "")
                if row.flag("compressed") {
                    compression[table] = CompressionSettings(
                        segmentBy: row.array("segment_by"), orderBy: row.array("order_by"))
                }
            }
            // On a data node neither is ever needed.
            guard let privilege = row["privilege"], !["REFERENCES", "TRIGGER"].contains(where: privilege.hasPrefix)
            else { continue }
            let mayGrant = row.flag("grantable")
            let known = grants[object]?[row["grantee"]]?[privilege] ?? false
            grants[object, default: [:]][row["grantee"], default: [:]][privilege] = known || mayGrant
        }
    }

    private static func object(_ row: Row, _ tables: [Int: TableName]) -> GrantedObject? {
        switch row["kind"] {
        case "schema": row["schema"].map { .schema($0) }
        case "table": row.optionalInteger("id").flatMap { tables[$0] }.map { .table($0) }
        case "default": .newTables(of: row["owner"] ?? "", in: row["schema"])
        default: nil
        }
    }

    /// For any server: the privileges on schemas, on hypertables of these numbers, and on what is made in the schemas.
    ///
    /// The catalogs that it reads are open to every role.
    package static func query(of tables: [Int], in schemas: [String]) -> SQL {
        """
        WITH h AS (
            SELECT h.id, h.schema_name::text AS schema, h.table_name::text AS name, c.oid, c.relowner AS owner, c.relacl,
                   h.compression_state = 1 AS compressed
              FROM _timescaledb_catalog.hypertable h
              JOIN pg_catalog.pg_namespace n ON n.nspname = h.schema_name
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
             WHERE h.id = ANY (\(tables.map(String.init), type: "int[]"))
        ), s AS (
            SELECT n.oid, n.nspname::text AS schema, n.nspacl,
                   CASE r.rolname WHEN 'pg_database_owner' THEN d.datdba ELSE n.nspowner END AS owner
              FROM pg_catalog.pg_namespace n
              JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
              JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
             WHERE n.nspname = ANY (\(schemas, type: "name[]"))
        ), z (schema, name, segment_by, order_by) AS (
            \(raw: CompressionSettings.byTable)
        ), o (kind, id, schema, name, owner, columns, acl) AS (
            SELECT 'schema', NULL::int, schema, NULL::text, owner, '',
                   COALESCE(nspacl, pg_catalog.acldefault('n', owner)) FROM s
             UNION ALL
            SELECT 'table', id, schema, name, owner, '', COALESCE(relacl, pg_catalog.acldefault('r', owner)) FROM h
             UNION ALL
            SELECT 'table', h.id, h.schema, h.name, h.owner, ' (' || pg_catalog.quote_ident(a.attname) || ')', a.attacl
              FROM h JOIN pg_catalog.pg_attribute a ON a.attrelid = h.oid
             WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
             UNION ALL
            SELECT 'default', NULL, s.schema, NULL, d.defaclrole, '', d.defaclacl
              FROM pg_catalog.pg_default_acl d LEFT JOIN s ON s.oid = d.defaclnamespace
             WHERE d.defaclobjtype = 'r'
               AND (s.oid IS NOT NULL OR d.defaclnamespace = 0 AND d.defaclrole IN (SELECT owner FROM h))
        )
        SELECT o.kind, o.id, o.schema, o.name, r.rolname AS owner, r.rolsuper AS owner_is_superuser, g.rolname AS grantee,
               a.privilege_type || o.columns AS privilege, a.is_grantable AS grantable,
               h.compressed, z.segment_by, z.order_by
          FROM o
          JOIN pg_catalog.pg_roles r ON r.oid = o.owner
          LEFT JOIN LATERAL pg_catalog.aclexplode(o.acl) a ON a.grantee <> o.owner
          LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
          LEFT JOIN h ON h.id = o.id
          LEFT JOIN z ON z.schema = h.schema AND z.name = h.name
         WHERE g.oid IS NOT NULL OR COALESCE(a.grantee, 0) = 0
         ORDER BY o.kind, o.schema, o.name, grantee NULLS FIRST, privilege
        """
    }

    /// Whether a role, or everyone, has a privilege there, or is the owner.
    func has(_ privilege: String, _ grantee: String?, on object: GrantedObject, grantable: Bool = false) -> Bool {
        if let grantee, owners[object]?.name == grantee { return true }
        let granted = grants[object] ?? [:]
        return [grantee, nil].contains { role in granted[role]?[privilege].map { $0 || !grantable } ?? false }
    }
}
