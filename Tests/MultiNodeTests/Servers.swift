import MultiNode

/// The answers of servers to `Capabilities.query`, by version.
enum Servers {
    static let publicFunctions = [
        "public.add_data_node(node_name,host,database,port,if_not_exists,bootstrap,password)",
        "public.detach_data_node(node_name,hypertable,if_attached,force,repartition)",
        "public.delete_data_node(node_name,if_exists,force,repartition)",
    ]

    /// As PostgreSQL and TimescaleDB report it.
    static func row(
        version: String?, postgres: Int = 130_014, functions: [String], nodes: Int = 2, metadata: String? = nil
    ) -> [String: String?] {
        [
            "server_version": String(postgres), "extension_version": version,
            "extension_schema": version == nil ? nil : "public", "database": "dist", "user": "postgres",
            "superuser": "on", "in_recovery": "f", "max_prepared_transactions": "150", "max_connections": "100",
            "wal_level": "replica", "shared_preload_libraries": "timescaledb", "encoding": "UTF8",
            "collation": "C.UTF-8", "ctype": "C.UTF-8", "data_nodes": String(nodes),
            "functions": ArrayText.text(functions), "server_started": "2026-11-01 10:00:00.123456",
            "server_folder": "/data",
            "metadata": metadata,
        ]
    }

    static func capabilities(
        _ version: String?, postgres: Int = 130_014, functions: [String], nodes: Int = 2, metadata: String? = nil
    ) -> Capabilities {
        Capabilities(
            row: row(version: version, postgres: postgres, functions: functions, nodes: nodes, metadata: metadata))
    }

    static let version20 = capabilities(
        "2.0.0", postgres: 120_008,
        functions: publicFunctions + [
            "_timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid)",
            "_timescaledb_internal.ping_data_node(node_name)",
            "_timescaledb_internal.block_new_chunks(data_node_name,hypertable,force)",
        ])

    static let version20on11 = capabilities("2.0.0", postgres: 110_010, functions: publicFunctions)

    static let version231 = capabilities(
        "2.3.1",
        functions: publicFunctions + [
            "public.create_distributed_restore_point(name)",
            "_timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid)",
            "_timescaledb_internal.ping_data_node(node_name)",
            "_timescaledb_internal.block_new_chunks(data_node_name,hypertable,force)",
        ])

    static let version24 = capabilities(
        "2.4.0",
        functions: publicFunctions + [
            "public.create_distributed_restore_point(name)",
            "_timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid)",
            "_timescaledb_internal.ping_data_node(node_name)",
            "timescaledb_experimental.block_new_chunks(data_node_name,hypertable,force)",
            "timescaledb_experimental.copy_chunk(chunk,source_node,destination_node)",
        ])

    static let version291 = capabilities(
        "2.9.1", postgres: 140_006,
        functions: [
            "public.add_data_node(node_name,host,database,port,if_not_exists,bootstrap,password)",
            "public.alter_data_node(node_name,host,database,port,available)",
            "public.detach_data_node(node_name,hypertable,if_attached,force,repartition,drop_remote_data)",
            "public.delete_data_node(node_name,if_exists,force,repartition,drop_database)",
            "public.create_distributed_restore_point(name)",
            "_timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid)",
            "_timescaledb_internal.ping_data_node(node_name)",
            "timescaledb_experimental.block_new_chunks(data_node_name,hypertable,force)",
            "timescaledb_experimental.copy_chunk(chunk,source_node,destination_node,operation_id)",
        ])

    /// Read from 2.13.1 on PostgreSQL 15.
    static let functionsOf213 = [
        "_timescaledb_functions.ping_data_node(node_name,timeout)",
        "_timescaledb_functions.remote_txn_heal_data_node(foreign_server_oid)",
        "_timescaledb_internal.ping_data_node(node_name,timeout)",
        "_timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid)",
        """
        public.add_data_node(node_name,host,database,port,if_not_exists,bootstrap,password,node_name,host,port,database,\
        node_created,database_created,extension_created)
        """,
        "public.alter_data_node(node_name,host,database,port,available,node_name,host,port,database,available)",
        "public.create_distributed_restore_point(name,node_name,node_type,restore_point)",
        "public.delete_data_node(node_name,if_exists,force,repartition,drop_database)",
        "public.detach_data_node(node_name,hypertable,if_attached,force,repartition,drop_remote_data)",
        "timescaledb_experimental.block_new_chunks(data_node_name,hypertable,force)",
        "timescaledb_experimental.copy_chunk(chunk,source_node,destination_node,operation_id)",
    ]

    static let version212 = capabilities("2.12.0", postgres: 150_004, functions: functionsOf213)
    static let version213 = capabilities(
        "2.13.1", postgres: 150_020, functions: functionsOf213, metadata: "dist_uuid=86ffe0bd uuid=86ffe0bd")
    static let version214 = capabilities("2.14.0", postgres: 150_020, functions: [], nodes: 0)
    static let none = capabilities(nil, postgres: 150_020, functions: [], nodes: 0)
    static let postgres16 = capabilities("2.13.1", postgres: 160_001, functions: functionsOf213, nodes: 0)
    static let dataNode = capabilities(
        "2.13.1", postgres: 150_020, functions: functionsOf213, nodes: 0, metadata: "dist_uuid=86ffe0bd uuid=11111111")
    static let plain = capabilities(
        "2.13.1", postgres: 150_020, functions: functionsOf213, nodes: 0, metadata: "uuid=11111111")
    static let emulated = capabilities(
        nil, postgres: 150_020, functions: functionsOf213 + ["_timescaledb_functions.tscl_emulator()"], nodes: 1)
}
