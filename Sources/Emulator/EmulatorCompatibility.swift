extension Emulator {
    /// The names that functions had in `_timescaledb_internal` up to 2.11, which 2.12 and 2.13 keep with a warning.
    static let compatibility = #"""
        CREATE FUNCTION _tscl_emulator.warn_moved(signature text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF coalesce(current_setting('timescaledb.enable_deprecation_warnings', true), 'on')::boolean THEN
                RAISE WARNING USING MESSAGE = format('function _timescaledb_internal.%s is deprecated and has been moved to '
                    '_timescaledb_functions schema. this compatibility function will be removed in a future version.', signature);
            END IF;
        END $$;

        DO $compatibility$
        DECLARE
            moved record;
        BEGIN
            FOR moved IN
                SELECT proname AS name, oid::regprocedure::text AS signature, pg_get_function_arguments(oid) AS arguments,
                    pg_get_function_result(oid) AS result,
                    (SELECT coalesce(string_agg('$' || i, ', '), '') FROM generate_series(1, pronargs) AS i) AS parameters
                FROM pg_proc
                WHERE pronamespace = '_timescaledb_functions'::regnamespace AND proname IN (
                    'ping_data_node', 'health', 'drop_stale_chunks', 'remote_txn_heal_data_node', 'show_connection_cache',
                    'set_dist_id', 'set_peer_dist_id', 'validate_as_data_node')
            LOOP
                EXECUTE format(
                    'CREATE FUNCTION _timescaledb_internal.%I(%s) RETURNS %s LANGUAGE sql VOLATILE AS %L',
                    moved.name, moved.arguments, moved.result,
                    format('SELECT _tscl_emulator.warn_moved(%L); SELECT %s_timescaledb_functions.%I(%s)',
                        replace(moved.signature, '_timescaledb_functions.', ''),
                        CASE WHEN moved.result LIKE 'TABLE%' THEN '* FROM ' END, moved.name, moved.parameters));
            END LOOP;
        END $compatibility$;
        """#

    /// Who may see and call what: the catalog is read by all, and of the emulator's inside only what checks who asks.
    static let privileges = #"""
        GRANT USAGE ON SCHEMA _tscl_emulator, _timescaledb_catalog, _timescaledb_config, _timescaledb_functions,
            _timescaledb_internal, timescaledb_experimental, timescaledb_information TO PUBLIC;
        GRANT SELECT ON ALL TABLES IN SCHEMA _timescaledb_catalog, _timescaledb_config, timescaledb_experimental,
            timescaledb_information TO PUBLIC;
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA _tscl_emulator FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION
            _tscl_emulator.fail, _tscl_emulator.not_emulated, _tscl_emulator.warn_moved, _tscl_emulator.settle,
            _tscl_emulator.execute, _tscl_emulator.job_command, _tscl_emulator.add_member,
            _tscl_emulator.is_peer, _tscl_emulator.membership, _tscl_emulator.metadata TO PUBLIC;
        """#
}
