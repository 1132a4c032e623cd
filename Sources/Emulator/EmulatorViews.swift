extension Emulator {
    /// The information views.
    static let views = #"""
        -- Who looks at the data nodes goes there next: what is committed here shall be so there.
        CREATE VIEW timescaledb_information.data_nodes AS
        SELECT s.srvname AS node_name, s.srvowner::regrole::name AS owner, s.srvoptions AS options
        FROM (SELECT _tscl_emulator.settle()) AS settled,
            pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        WHERE w.fdwname = 'timescaledb_fdw';

        CREATE VIEW timescaledb_information.hypertables AS
        SELECT h.schema_name AS hypertable_schema, h.table_name AS hypertable_name, pg_get_userbyid(c.relowner) AS owner,
            h.num_dimensions, 0::bigint AS num_chunks, false AS compression_enabled,
            coalesce(h.replication_factor > 0, false) AS is_distributed, h.replication_factor,
            (SELECT array_agg(d.node_name ORDER BY d.node_name)
                FROM _timescaledb_catalog.hypertable_data_node d WHERE d.hypertable_id = h.id) AS data_nodes,
            NULL::name[] AS tablespaces
        FROM _timescaledb_catalog.hypertable h JOIN pg_class c ON c.oid = h.relation;

        CREATE VIEW timescaledb_information.dimensions AS
        SELECT h.schema_name AS hypertable_schema, h.table_name AS hypertable_name,
            rank() OVER (PARTITION BY d.hypertable_id ORDER BY d.id) AS dimension_number, d.column_name, d.column_type,
            CASE WHEN d.num_slices IS NULL THEN 'Time' ELSE 'Space' END AS dimension_type,
            CASE WHEN d.column_type IN ('timestamp', 'timestamptz', 'date')
                THEN make_interval(days => (d.interval_length / 86400000000)::integer,
                    secs => d.interval_length % 86400000000 / 1000000.0) END AS time_interval,
            CASE WHEN d.column_type NOT IN ('timestamp', 'timestamptz', 'date') THEN d.interval_length END AS integer_interval,
            NULL::name AS integer_now_func, d.num_slices AS num_partitions
        FROM _timescaledb_catalog.dimension d JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id;

        -- Without rows there are no chunks.
        CREATE VIEW timescaledb_information.chunks AS
        SELECT NULL::name AS hypertable_schema, NULL::name AS hypertable_name, NULL::name AS chunk_schema,
            NULL::name AS chunk_name, NULL::name AS primary_dimension, NULL::regtype AS primary_dimension_type,
            NULL::timestamptz AS range_start, NULL::timestamptz AS range_end, NULL::bigint AS range_start_integer,
            NULL::bigint AS range_end_integer, NULL::boolean AS is_compressed, NULL::name AS chunk_tablespace, NULL::name[] AS data_nodes,
            NULL::timestamptz AS chunk_creation_time
        WHERE false;

        CREATE VIEW timescaledb_experimental.chunk_replication_status AS
        SELECT NULL::name AS hypertable_schema, NULL::name AS hypertable_name, NULL::name AS chunk_schema,
            NULL::name AS chunk_name, NULL::smallint AS desired_num_replicas, NULL::bigint AS num_replicas,
            NULL::name[] AS replica_nodes, NULL::name[] AS non_replica_nodes
        WHERE false;

        CREATE VIEW timescaledb_information.jobs AS
        SELECT j.id AS job_id, j.application_name, j.schedule_interval, j.max_runtime, j.max_retries, j.retry_period,
            j.proc_schema, j.proc_name, j.owner, j.scheduled, j.fixed_schedule, j.config, j.next_start, j.initial_start,
            NULL::name AS hypertable_schema, NULL::name AS hypertable_name, j.check_schema, j.check_name
        FROM _timescaledb_config.bgw_job j;

        -- No job has run: there is no scheduler, and run_job leaves no trace.
        CREATE VIEW timescaledb_information.job_stats AS
        SELECT NULL::name AS hypertable_schema, NULL::name AS hypertable_name, j.id AS job_id,
            '-infinity'::timestamptz AS last_run_started_at, '-infinity'::timestamptz AS last_successful_finish,
            NULL::text AS last_run_status, CASE WHEN j.scheduled THEN 'Scheduled' ELSE 'Paused' END AS job_status,
            NULL::interval AS last_run_duration, CASE WHEN j.scheduled THEN j.next_start END AS next_start,
            0::bigint AS total_runs, 0::bigint AS total_successes, 0::bigint AS total_failures
        FROM _timescaledb_config.bgw_job j;

        CREATE VIEW timescaledb_information.job_errors AS
        SELECT NULL::integer AS job_id, NULL::text AS proc_schema, NULL::text AS proc_name, NULL::integer AS pid,
            NULL::timestamptz AS start_time, NULL::timestamptz AS finish_time, NULL::text AS sqlerrcode,
            NULL::text AS err_message
        WHERE false;
        """#
}
