/// What an access node's server can do, read once for each connection in one round trip.
///
/// Commands ask for a capability and never for a version.
package struct Capabilities: Sendable, Equatable {
    package let serverVersion: Int
    /// nil when the extension is not in this database.
    package let extensionVersion: String?
    /// The schema of the extension's public functions.
    package let schema: String
    /// The schema of remote_txn_heal_data_node, ping_data_node and health: `_timescaledb_internal` up to 2.11.
    package let functionsSchema: String
    /// The schema of block_new_chunks and allow_new_chunks; nil where there are none.
    package let chunksSchema: String?
    package let isEmulated: Bool
    package let hasMultiNode: Bool
    package let canAlterNode: Bool
    package let canDropDatabase: Bool
    package let canDropRemoteData: Bool
    package let hasReplicationStatus: Bool
    /// This database belongs to a cluster: as its access node when it has data nodes.
    package let hasDataNodes: Bool
    package let isDataNode: Bool
    package let isSuperuser: Bool

    /// One row; it also works on a server without the extension.
    ///
    /// A relation that may be missing is read through `query_to_xml`, whose text is looked at only where it is there.
    package static let query: SQL = """
        WITH ext AS (
            SELECT e.extversion, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'timescaledb'
        ), fn AS (
            SELECT p.proname, n.nspname, p.proargnames FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.proname IN ('add_data_node', 'alter_data_node', 'delete_data_node', 'detach_data_node',
                                'remote_txn_heal_data_node', 'block_new_chunks', 'tscl_emulator')
        )
        SELECT current_setting('server_version_num') AS server_version,
            (SELECT extversion FROM ext) AS extension_version,
            (SELECT nspname FROM ext) AS schema,
            (SELECT string_agg(DISTINCT nspname, ',') FROM fn WHERE proname = 'remote_txn_heal_data_node') AS heal_schemas,
            (SELECT string_agg(DISTINCT nspname, ',') FROM fn WHERE proname = 'block_new_chunks') AS chunk_schemas,
            EXISTS (SELECT FROM fn WHERE proname = 'tscl_emulator') AS is_emulated,
            EXISTS (SELECT FROM fn WHERE proname = 'add_data_node') AS has_multi_node,
            EXISTS (SELECT FROM fn WHERE proname = 'alter_data_node') AS can_alter,
            EXISTS (SELECT FROM fn WHERE proname = 'delete_data_node' AND 'drop_database' = ANY (proargnames)) AS can_drop_database,
            EXISTS (SELECT FROM fn WHERE proname = 'detach_data_node' AND 'drop_remote_data' = ANY (proargnames)) AS can_drop_remote_data,
            to_regclass('timescaledb_experimental.chunk_replication_status') IS NOT NULL AS has_replication_status,
            EXISTS (SELECT FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
                    WHERE w.fdwname = 'timescaledb_fdw') AS has_data_nodes,
            CASE WHEN to_regclass('_timescaledb_catalog.metadata') IS NOT NULL THEN
                query_to_xml('SELECT 1 FROM _timescaledb_catalog.metadata WHERE key = ''dist_uuid''', false, false, '')::text
                LIKE '%<row%' ELSE false END AS has_dist_uuid,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_superuser
        """

    package init(row: [String: String?]) {
        func text(_ name: String) -> String? { row[name] ?? nil }
        func flag(_ name: String) -> Bool { text(name) == "t" }
        func first(of name: String, _ preferred: [String]) -> String? {
            let present = (text(name) ?? "").split(separator: ",").map(String.init)
            return preferred.first { present.contains($0) }
        }
        serverVersion = text("server_version").flatMap { Int($0) } ?? 0
        extensionVersion = text("extension_version")
        schema = text("schema") ?? "public"
        functionsSchema =
            first(of: "heal_schemas", ["_timescaledb_functions", "_timescaledb_internal"]) ?? "_timescaledb_internal"
        chunksSchema = first(of: "chunk_schemas", ["timescaledb_experimental", "_timescaledb_internal"])
        isEmulated = flag("is_emulated")
        hasMultiNode = flag("has_multi_node")
        canAlterNode = flag("can_alter")
        canDropDatabase = flag("can_drop_database")
        canDropRemoteData = flag("can_drop_remote_data")
        hasReplicationStatus = flag("has_replication_status")
        hasDataNodes = flag("has_data_nodes")
        isDataNode = flag("has_dist_uuid") && !flag("has_data_nodes")
        isSuperuser = flag("is_superuser")
    }

    /// Why there can be no cluster here, in one sentence; nil where there can.
    package var refusal: String? {
        let server = "PostgreSQL \(serverVersion / 10_000)"
        guard let extensionVersion else {
            let more =
                serverVersion >= 160_000 ? ", and \(server) can't have multi-node: it ended with PostgreSQL 15" : ""
            return "this database has no TimescaleDB extension\(more)"
        }
        guard hasMultiNode else {
            return "TimescaleDB \(extensionVersion) on \(server) has no multi-node any more: it was removed in 2.14"
        }
        if serverVersion >= 160_000 {
            return "multi-node works on PostgreSQL 11 to 15, and this is \(server)"
        }
        if isDataNode { return "this is a data node; connect to its access node" }
        return nil
    }

    /// A function of the extension, by its schema.
    func function(_ name: String) -> SQL {
        "\(identifier: schema).\(identifier: name)"
    }
}
