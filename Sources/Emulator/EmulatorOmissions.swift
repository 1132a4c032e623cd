extension Emulator {
    /// Functions that are there to say that what they do is not emulated: none of them touches a row.
    static let omissions = #"""
        CREATE PROCEDURE timescaledb_experimental.copy_chunk(
            chunk regclass, source_node name DEFAULT NULL, destination_node name DEFAULT NULL, operation_id name DEFAULT NULL)
        LANGUAGE sql AS $$ SELECT _tscl_emulator.not_emulated('copy_chunk') $$;

        CREATE PROCEDURE timescaledb_experimental.move_chunk(
            chunk regclass, source_node name DEFAULT NULL, destination_node name DEFAULT NULL, operation_id name DEFAULT NULL)
        LANGUAGE sql AS $$ SELECT _tscl_emulator.not_emulated('move_chunk') $$;

        CREATE PROCEDURE timescaledb_experimental.cleanup_copy_chunk_operation(operation_id name)
        LANGUAGE sql AS $$ SELECT _tscl_emulator.not_emulated('cleanup_copy_chunk_operation') $$;

        CREATE FUNCTION public.create_hypertable(
            relation regclass, time_column_name name, partitioning_column name DEFAULT NULL,
            number_partitions integer DEFAULT NULL, associated_schema_name name DEFAULT NULL,
            associated_table_prefix name DEFAULT NULL, chunk_time_interval anyelement DEFAULT NULL::bigint,
            create_default_indexes boolean DEFAULT true, if_not_exists boolean DEFAULT false,
            partitioning_func regproc DEFAULT NULL, migrate_data boolean DEFAULT false, chunk_target_size text DEFAULT NULL,
            chunk_sizing_func regproc DEFAULT NULL, time_partitioning_func regproc DEFAULT NULL,
            replication_factor integer DEFAULT NULL, data_nodes name[] DEFAULT NULL, distributed boolean DEFAULT NULL)
        RETURNS TABLE (hypertable_id integer, schema_name name, table_name name, created boolean)
        LANGUAGE plpgsql AS $$ BEGIN PERFORM _tscl_emulator.not_emulated('create_hypertable'); END $$;

        -- There are no chunks, so none is stale.
        CREATE FUNCTION _timescaledb_functions.drop_stale_chunks(node_name name, chunks integer[] DEFAULT NULL) RETURNS void
        LANGUAGE sql AS $$ SELECT NULL::void $$;

        -- Connections are not kept from one transaction to the next.
        CREATE FUNCTION _timescaledb_functions.show_connection_cache()
        RETURNS TABLE (
            node_name name, user_name name, host text, port integer, database name, backend_pid integer, connection_status text,
            transaction_status text, transaction_depth integer, processing boolean, invalidated boolean)
        LANGUAGE sql AS $$
            SELECT NULL::name, NULL::name, NULL::text, 0, NULL::name, 0, NULL::text, NULL::text, 0, false, false WHERE false
        $$;
        """#
}
