extension Emulator {
    /// The names that functions had in `_timescaledb_internal` up to 2.11, which 2.12 and 2.13 keep with a warning.
    static let compatibility = #"""
        CREATE FUNCTION _tscl_emulator.warn_moved(signature text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF coalesce(current_setting('timescaledb.enable_deprecation_warnings', true), 'on')::boolean THEN
                RAISE WARNING 'function _timescaledb_internal.% is deprecated and has been moved to _timescaledb_functions schema. this compatibility function will be removed in a future version.', signature;
            END IF;
        END $$;

        CREATE FUNCTION _timescaledb_internal.remote_txn_heal_data_node(foreign_server_oid oid) RETURNS integer
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('remote_txn_heal_data_node(oid)');
            RETURN _timescaledb_functions.remote_txn_heal_data_node(foreign_server_oid);
        END $$;

        CREATE FUNCTION _timescaledb_internal.ping_data_node(node_name name, timeout interval DEFAULT NULL) RETURNS boolean
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('ping_data_node(name,interval)');
            RETURN _timescaledb_functions.ping_data_node(node_name, timeout);
        END $$;

        CREATE FUNCTION _timescaledb_internal.health()
        RETURNS TABLE (node_name name, healthy boolean, in_recovery boolean, error text)
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('health()');
            RETURN QUERY SELECT * FROM _timescaledb_functions.health();
        END $$;

        CREATE FUNCTION _timescaledb_internal.drop_stale_chunks(node_name name, chunks integer[] DEFAULT NULL) RETURNS void
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('drop_stale_chunks(name,integer[])');
            PERFORM _timescaledb_functions.drop_stale_chunks(node_name, chunks);
        END $$;

        CREATE FUNCTION _timescaledb_internal.show_connection_cache()
        RETURNS TABLE (
            node_name name, user_name name, host text, port integer, database name, backend_pid integer, connection_status text,
            transaction_status text, transaction_depth integer, processing boolean, invalidated boolean)
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('show_connection_cache()');
            RETURN QUERY SELECT * FROM _timescaledb_functions.show_connection_cache();
        END $$;

        CREATE FUNCTION _timescaledb_internal.set_dist_id(dist_id uuid) RETURNS boolean
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('set_dist_id(uuid)');
            RETURN _timescaledb_functions.set_dist_id(dist_id);
        END $$;

        CREATE FUNCTION _timescaledb_internal.set_peer_dist_id(dist_id uuid) RETURNS boolean
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('set_peer_dist_id(uuid)');
            RETURN _timescaledb_functions.set_peer_dist_id(dist_id);
        END $$;

        CREATE FUNCTION _timescaledb_internal.validate_as_data_node() RETURNS void
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.warn_moved('validate_as_data_node()');
            PERFORM _timescaledb_functions.validate_as_data_node();
        END $$;
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
