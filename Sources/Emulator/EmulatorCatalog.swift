extension Emulator {
    /// The schemas, the catalog tables and the foreign-data wrapper.
    static let catalog = #"""
        DO $$
        BEGIN
            IF current_setting('tscl.sandbox', true) IS DISTINCT FROM 'on' THEN
                RAISE EXCEPTION 'the emulator of TimescaleDB loads in a sandbox only'
                    USING ERRCODE = '0A000', HINT = 'A sandbox has tscl.sandbox = on in the configuration of its servers.';
            ELSIF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
                RAISE EXCEPTION 'extension "timescaledb" already exists' USING ERRCODE = '42710';
            END IF;
        END $$;

        CREATE SCHEMA _tscl_emulator;
        CREATE SCHEMA _timescaledb_catalog;
        CREATE SCHEMA _timescaledb_config;
        CREATE SCHEMA _timescaledb_functions;
        CREATE SCHEMA _timescaledb_internal;
        CREATE SCHEMA timescaledb_experimental;
        CREATE SCHEMA timescaledb_information;
        CREATE EXTENSION dblink WITH SCHEMA _tscl_emulator;

        -- The text of the emulator, for the data nodes.
        CREATE TABLE _tscl_emulator.source (body text NOT NULL);

        -- TimescaleDB as far as a client looks, under a version that says what it is.
        INSERT INTO pg_extension
        SELECT pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index'), 'timescaledb',
            quote_ident(current_user)::regrole, 'public'::regnamespace, false, '2.13.1-emulated', NULL, NULL;

        CREATE FUNCTION _timescaledb_functions.tscl_emulator() RETURNS text LANGUAGE sql STABLE AS $$
            SELECT extversion FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'timescaledb'
        $$;

        CREATE FOREIGN DATA WRAPPER timescaledb_fdw;

        CREATE TABLE _timescaledb_catalog.metadata (
            key name PRIMARY KEY,
            value text NOT NULL,
            include_in_telemetry boolean NOT NULL);
        INSERT INTO _timescaledb_catalog.metadata VALUES
            ('uuid', gen_random_uuid(), true),
            ('install_timestamp', now(), true),
            ('timescaledb_version', '2.13.1', false);

        CREATE TABLE _timescaledb_catalog.remote_txn (
            data_node_name name,
            remote_transaction_id text PRIMARY KEY);

        CREATE TABLE _timescaledb_catalog.chunk_copy_operation (
            operation_id name PRIMARY KEY,
            backend_pid integer NOT NULL,
            completed_stage name NOT NULL,
            time_start timestamptz NOT NULL DEFAULT now(),
            chunk_id integer NOT NULL,
            compress_chunk_name name NOT NULL,
            source_node_name name NOT NULL,
            dest_node_name name NOT NULL,
            delete_on_source_node boolean NOT NULL);

        -- Without rows there are no chunks.
        CREATE TABLE _timescaledb_catalog.chunk (
            id integer PRIMARY KEY,
            hypertable_id integer NOT NULL,
            schema_name name NOT NULL,
            table_name name NOT NULL,
            compressed_chunk_id integer,
            dropped boolean NOT NULL DEFAULT false,
            status integer NOT NULL DEFAULT 0,
            osm_chunk boolean NOT NULL DEFAULT false);

        -- A replication factor of -1 marks the member of a distributed hypertable on a data node.
        CREATE TABLE _timescaledb_catalog.hypertable (
            id serial PRIMARY KEY,
            schema_name name NOT NULL,
            table_name name NOT NULL,
            num_dimensions smallint NOT NULL,
            compression_state smallint NOT NULL DEFAULT 0,
            replication_factor smallint,
            relation oid NOT NULL UNIQUE);

        CREATE TABLE _timescaledb_catalog.dimension (
            id serial PRIMARY KEY,
            hypertable_id integer NOT NULL REFERENCES _timescaledb_catalog.hypertable ON DELETE CASCADE,
            column_name name NOT NULL,
            column_type regtype NOT NULL,
            num_slices smallint,
            interval_length bigint);

        CREATE TABLE _timescaledb_catalog.hypertable_data_node (
            hypertable_id integer NOT NULL REFERENCES _timescaledb_catalog.hypertable ON DELETE CASCADE,
            node_hypertable_id integer,
            node_name name NOT NULL,
            block_chunks boolean NOT NULL DEFAULT false,
            PRIMARY KEY (hypertable_id, node_name));

        CREATE TABLE _timescaledb_catalog.chunk_data_node (
            chunk_id integer NOT NULL REFERENCES _timescaledb_catalog.chunk,
            node_chunk_id integer NOT NULL,
            node_name name NOT NULL,
            PRIMARY KEY (chunk_id, node_name));
        """#
}
