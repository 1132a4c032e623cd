extension Emulator {
    /// `distributed_exec`.
    static let distributedExec = #"""
        -- Refuses a text of several statements, as the extended protocol does that TimescaleDB sends it by. Literals and
        -- comments are taken out before semicolons are looked for; BEGIN ATOMIC has semicolons of its own.
        CREATE FUNCTION _tscl_emulator.check_one_statement(node text, query text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            bare text := regexp_replace(query, '\$([A-Za-z_]\w*)??\$.*?\$\1\$', '0', 'g');
        BEGIN
            bare := regexp_replace(bare,
                '[eE]''([^''\\]|''''|\\.)*''|''([^'']|'''')*''|"[^"]*"|--[^\n]*|/\*([^*]|\*+[^*/])*\*+/', ' 0 ', 'g');
            IF regexp_replace(query, '--[^\n]*|/\*([^*]|\*+[^*/])*\*+/', '', 'g') !~ '[^\s;]' THEN
                PERFORM _tscl_emulator.fail('XX000', 'unexpected response status 0');
            ELSIF bare ~ ';\s*[^\s;]' AND bare !~* '\mbegin\s+atomic\M' THEN
                PERFORM _tscl_emulator.fail('42601',
                    format('[%s]: cannot insert multiple commands into a prepared statement', node));
            END IF;
        END $$;

        CREATE FUNCTION _tscl_emulator.execute(query text, node_list name[], transactional boolean, search_path text)
        RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_variable
        BEGIN
            IF NOT transactional THEN
                PERFORM _tscl_emulator.prevent_in_transaction_block('distributed_exec()');
            END IF;
            IF query IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'empty command string');
            ELSIF _tscl_emulator.membership() IS DISTINCT FROM 'access node' THEN
                PERFORM _tscl_emulator.fail('0A000', 'function must be run on the access node only');
            ELSIF array_ndims(node_list) > 1 THEN
                PERFORM _tscl_emulator.fail('22023', 'invalid data nodes list',
                    'The array of data nodes cannot be multi-dimensional.');
            ELSIF array_position(node_list, NULL) IS NOT NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'invalid data nodes list',
                    'The array of data nodes cannot contain null values.');
            ELSIF cardinality(node_list) = 0 THEN
                PERFORM _tscl_emulator.fail('22023', 'invalid data nodes list', 'The array of data nodes cannot be empty.');
            END IF;
            node_list := coalesce(node_list, ARRAY(SELECT srvname FROM _tscl_emulator.data_nodes()));
            PERFORM _tscl_emulator.server(node) FROM unnest(node_list) AS node;
            PERFORM _tscl_emulator.check_one_statement(node_list[1], query);
            PERFORM _tscl_emulator.run_on(node_list, _tscl_emulator.acting_role(), query, transactional, search_path);
        END $$;

        -- As the caller, whose search_path the data nodes take over.
        CREATE PROCEDURE public.distributed_exec(query text, node_list name[] DEFAULT NULL, transactional boolean DEFAULT true)
        LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM _tscl_emulator.execute(query, node_list, coalesce(transactional, true),
                pg_catalog.current_setting('search_path'));
        END $$;
        """#

    /// `create_distributed_restore_point`.
    static let restorePoint = #"""
        CREATE FUNCTION public.create_distributed_restore_point(name text)
        RETURNS TABLE (node_name name, node_type text, restore_point pg_lsn)
        LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server pg_foreign_server;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('creating distributed restore point');
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = _tscl_emulator.acting_role()) THEN
                PERFORM _tscl_emulator.fail('42501', 'must be superuser to create restore point');
            ELSIF length(name) > 63 THEN
                PERFORM _tscl_emulator.fail('22023', 'restore point name is too long',
                    format('Maximum length is 63, while provided name has %s chars.', length(name)));
            ELSIF _tscl_emulator.membership() IS DISTINCT FROM 'access node' THEN
                PERFORM _tscl_emulator.fail('TS101', 'distributed restore point must be created on the access node', '',
                    'Connect to the access node and create the distributed restore point from there.');
            END IF;
            -- No transaction may be between its phases: decided ones get through, no other comes to its first phase.
            PERFORM _tscl_emulator.settle();
            LOCK TABLE _timescaledb_catalog.remote_txn IN ACCESS EXCLUSIVE MODE;
            RETURN QUERY SELECT NULL::name, 'access_node', pg_create_restore_point(name);
            FOR server IN SELECT * FROM _tscl_emulator.data_nodes() LOOP
                PERFORM _tscl_emulator.warn_deprecated('creating distributed restore point');
                PERFORM _tscl_emulator.connect('tscl exec', server, _tscl_emulator.acting_role());
                RETURN QUERY SELECT server.srvname, 'data_node', lsn::pg_lsn
                FROM _tscl_emulator.ask('tscl exec', server.srvname, format('SELECT pg_create_restore_point(%L)', name)) AS lsn;
                PERFORM _tscl_emulator.disconnect('tscl exec');
            END LOOP;
            PERFORM _tscl_emulator.warn_deprecated('creating distributed restore point');
        END $$;
        """#
}
