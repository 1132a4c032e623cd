extension Emulator {
    /// What part a database plays in a distributed one: `dist_uuid` is its own on the access node, another's on a data node.
    static let membership = #"""
        CREATE FUNCTION _tscl_emulator.metadata(wanted name) RETURNS text
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT value FROM _timescaledb_catalog.metadata WHERE key = wanted
        $$;

        CREATE FUNCTION _tscl_emulator.membership() RETURNS text
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT CASE _tscl_emulator.metadata('dist_uuid')
                WHEN _tscl_emulator.metadata('uuid') THEN 'access node' ELSE 'data node' END
            WHERE _tscl_emulator.metadata('dist_uuid') IS NOT NULL
        $$;

        -- Whether this session of a data node is the access node's.
        CREATE FUNCTION _tscl_emulator.is_peer() RETURNS boolean
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT coalesce(current_setting('tscl.peer', true) = _tscl_emulator.metadata('dist_uuid'), false)
        $$;

        CREATE FUNCTION _timescaledb_functions.set_dist_id(dist_id uuid) RETURNS boolean
        LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.metadata('dist_uuid') = dist_id::text THEN
                RETURN false;
            ELSIF _tscl_emulator.membership() IS NOT NULL THEN
                PERFORM _tscl_emulator.fail('TS171', 'database is already a member of a distributed database');
            ELSIF _tscl_emulator.metadata('uuid') = dist_id::text THEN
                PERFORM _tscl_emulator.fail('TS174', 'cannot add the current database as a data node to itself',
                    'Adding the current database as a data node to itself would create a cycle. '
                    || 'Use a different instance or database for the data node.',
                    'Check that the ''port'' parameter refers to a different instance '
                    || 'or that the ''database'' parameter refers to a different database.');
            END IF;
            INSERT INTO _timescaledb_catalog.metadata VALUES ('dist_uuid', dist_id, true);
            RETURN true;
        END $$;

        CREATE FUNCTION _timescaledb_functions.set_peer_dist_id(dist_id uuid) RETURNS boolean
        LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF coalesce(current_setting('tscl.peer', true), '') <> '' THEN
                PERFORM _tscl_emulator.fail('TS500', 'distributed peer ID already set');
            END IF;
            PERFORM set_config('tscl.peer', dist_id::text, false);
            RETURN _tscl_emulator.is_peer();
        END $$;

        CREATE FUNCTION _timescaledb_functions.validate_as_data_node() RETURNS void
        LANGUAGE plpgsql STRICT SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            prepared CONSTANT integer := current_setting('max_prepared_transactions');
            connections CONSTANT integer := current_setting('max_connections');
        BEGIN
            IF _tscl_emulator.membership() IS NOT NULL THEN
                PERFORM _tscl_emulator.fail('TS174',
                    format('node is already %s %s',
                        CASE _tscl_emulator.membership() WHEN 'access node' THEN 'an' ELSE 'a' END,
                        _tscl_emulator.membership()));
            ELSIF prepared = 0 THEN
                PERFORM _tscl_emulator.fail('TS174', 'prepared transactions need to be enabled',
                    'Parameter max_prepared_transactions=0.',
                    'Configuration parameter max_prepared_transactions must be set >0 (changes will require restart).');
            ELSIF prepared < connections THEN
                RAISE WARNING USING ERRCODE = 'TS174', MESSAGE = 'max_prepared_transactions is set low',
                    DETAIL = format('Parameters max_prepared_transactions=%s, max_connections=%s.', prepared, connections),
                    HINT = 'It is recommended that max_prepared_transactions >= max_connections '
                        '(changes will require restart).';
            END IF;
        END $$;
        """#
}
