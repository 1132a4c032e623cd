extension Emulator {
    /// Healing, ping and health.
    static let healing = #"""
        -- Whether a transaction of this node with these 32 bits runs, or is yet to come.
        CREATE FUNCTION _tscl_emulator.is_in_progress(xid bigint) RETURNS boolean
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            next_xid CONSTANT bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
            -- The transaction of these bits that is nearest to the next one.
            full_xid CONSTANT bigint := next_xid + ((xid - next_xid) & 4294967295)
                - CASE WHEN (xid - next_xid) & 4294967295 >= 2147483648 THEN 4294967296 ELSE 0 END;
        BEGIN
            RETURN full_xid >= next_xid OR full_xid > 0 AND pg_xact_status(full_xid::text::xid8) = 'in progress';
        END $$;

        CREATE FUNCTION _timescaledb_functions.remote_txn_heal_data_node(foreign_server_oid oid) RETURNS integer
        LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            conn CONSTANT text := 'tscl heal';
            server pg_foreign_server;
            gids text[];
            gid text;
            parts text[];
            decision text;
            healed text[] := '{}';
            foreign_gids integer := 0;
        BEGIN
            SELECT * INTO server FROM pg_foreign_server WHERE oid = foreign_server_oid;
            IF NOT FOUND THEN
                PERFORM _tscl_emulator.fail('XX000', format('cache lookup failed for foreign server %s', foreign_server_oid));
            END IF;
            PERFORM _tscl_emulator.connect(conn, server, _tscl_emulator.acting_role());
            IF _tscl_emulator.in_transaction_block() THEN
                PERFORM _tscl_emulator.disconnect(conn);
                PERFORM _tscl_emulator.fail('25001', 'remote_txn_heal_data_node cannot run inside a transaction block');
            END IF;
            PERFORM _tscl_emulator.settle();
            gids := ARRAY(SELECT _tscl_emulator.ask(conn, server.srvname,
                'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()'));
            FOREACH gid IN ARRAY gids LOOP
                IF NOT starts_with(gid, 'ts-') THEN
                    foreign_gids := foreign_gids + 1;
                    CONTINUE;
                END IF;
                parts := regexp_match(gid, '^ts-(\d{1,9})-(\d{1,10})-(\d{1,10})-(\d{1,10})$');
                IF parts IS NULL THEN
                    PERFORM _tscl_emulator.fail('22P02', format('invalid input syntax for remote transaction ID: ''%s''', gid));
                ELSIF parts[1]::integer & 255 <> 1 THEN
                    PERFORM _tscl_emulator.fail('XX000',
                        format('invalid version for remote transaction ID: %s', parts[1]::integer & 255));
                END IF;
                CONTINUE WHEN _tscl_emulator.is_in_progress(parts[2]::bigint);
                decision := CASE WHEN EXISTS (SELECT FROM _timescaledb_catalog.remote_txn WHERE remote_transaction_id = gid)
                    THEN 'COMMIT' ELSE 'ROLLBACK' END;
                BEGIN
                    PERFORM _tscl_emulator.run(conn, server.srvname, format('%s PREPARED %L', decision, gid));
                    healed := healed || gid;
                EXCEPTION WHEN OTHERS THEN
                    RAISE WARNING 'could not % prepared transaction on data node "%"',
                        CASE decision WHEN 'COMMIT' THEN 'commit' ELSE 'roll back' END, server.srvname
                        USING HINT = format('To retry, manually run "%s PREPARED %s" on the data node or run the healing '
                            'function again.', decision, gid);
                END;
            END LOOP;
            PERFORM _tscl_emulator.disconnect(conn);
            IF foreign_gids > 0 THEN
                RAISE NOTICE 'skipping % non-TimescaleDB prepared transaction', foreign_gids;
            END IF;
            -- With nothing left on the node no log of it is needed; else only that of others.
            DELETE FROM _timescaledb_catalog.remote_txn
            WHERE data_node_name = server.srvname
                AND (cardinality(healed) = cardinality(gids) OR remote_transaction_id = ANY (healed));
            RETURN cardinality(healed);
        END $$;

        CREATE FUNCTION _timescaledb_functions.ping_data_node(node_name name, timeout interval DEFAULT NULL) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server CONSTANT pg_foreign_server := _tscl_emulator.server(node_name);
        BEGIN
            PERFORM _tscl_emulator.connect('tscl ping', server, _tscl_emulator.acting_role());
            PERFORM _tscl_emulator.disconnect('tscl ping');
            RETURN true;
        EXCEPTION WHEN OTHERS THEN
            RETURN false;
        END $$;

        CREATE FUNCTION _timescaledb_functions.health()
        RETURNS TABLE (node_name name, healthy boolean, in_recovery boolean, error text)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server pg_foreign_server;
        BEGIN
            RETURN QUERY SELECT NULL::name, true, pg_is_in_recovery(), NULL::text;
            FOR server IN SELECT * FROM _tscl_emulator.data_nodes() LOOP
                PERFORM _tscl_emulator.connect('tscl health', server, _tscl_emulator.acting_role());
                RETURN QUERY SELECT server.srvname, true, recovering::boolean, NULL::text
                FROM _tscl_emulator.ask('tscl health', server.srvname, 'SELECT pg_is_in_recovery()') AS recovering;
                PERFORM _tscl_emulator.disconnect('tscl health');
            END LOOP;
        END $$;
        """#
}
