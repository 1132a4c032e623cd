extension Emulator {
    /// Distributed transactions: two-phase commit that goes with the access node's transaction.
    ///
    /// A deferred trigger prepares on the data nodes when the access node commits. PostgreSQL has no place in SQL for what
    /// comes after the commit, so a *finisher*, a session of its own, waits for the transaction to end, and then commits or
    /// rolls back what is prepared and ends the transactions that aren't. Killed at any moment, a server leaves what the
    /// real one leaves: a prepared transaction, and a row in `remote_txn` if it is to be committed.
    static let transactions = #"""
        -- The data nodes in this session's transaction, seen by it alone. The step goes back with ROLLBACK TO SAVEPOINT.
        CREATE UNLOGGED TABLE _tscl_emulator.participant (
            xid xid8,
            server oid,
            role oid,
            conn text NOT NULL,
            step integer NOT NULL,
            PRIMARY KEY (xid, server, role));

        -- Committed transactions whose second phase is under way. A crash, after which none is, empties it.
        CREATE UNLOGGED TABLE _tscl_emulator.decided (xid xid8 PRIMARY KEY);

        -- Waits until what is decided is done on the data nodes, but not long: a node may be down, a finisher killed.
        CREATE FUNCTION _tscl_emulator.settle() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
        DECLARE
            finishing bigint;
        BEGIN
            FOR finishing IN SELECT _tscl_emulator.lock_key('finish', xid) FROM _tscl_emulator.decided LOOP
                BEGIN
                    PERFORM pg_advisory_lock_shared(finishing);
                    PERFORM pg_advisory_unlock_shared(finishing);
                EXCEPTION WHEN lock_not_available THEN
                    NULL;
                END;
            END LOOP;
        END $$;

        CREATE FUNCTION _tscl_emulator.start_finisher(current_xid xid8) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            finisher CONSTANT text := format('tscl finisher %s', current_xid);
            -- A socket has no TLS, and so knows no certificates.
            host CONSTANT text := CASE WHEN current_setting('ssl')::boolean THEN '127.0.0.1'
                ELSE split_part(current_setting('unix_socket_directories'), ',', 1) END;
        BEGIN
            -- Connections of earlier transactions have served.
            PERFORM _tscl_emulator.disconnect_all();
            PERFORM _tscl_emulator.settle();

            -- Held to the end of the transaction, which the finisher sees by it.
            PERFORM pg_advisory_xact_lock(_tscl_emulator.lock_key('transaction', current_xid));
            PERFORM _tscl_emulator.connect(finisher, 'access node',
                ARRAY['host=' || coalesce(nullif(host, ''), 'localhost'), 'port=' || current_setting('port')],
                current_user, current_database(), application => format('tscl emulator, finisher of %s', current_xid));
            PERFORM _tscl_emulator.run(finisher, 'access node',
                format('SELECT pg_advisory_lock(%s)', _tscl_emulator.lock_key('finish', current_xid)));
            PERFORM _tscl_emulator.send(finisher, 'access node', format('SELECT _tscl_emulator.finish(%L)', current_xid));
        END $$;

        CREATE FUNCTION _tscl_emulator.finish(finished xid8) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            ending CONSTANT bigint := _tscl_emulator.lock_key('transaction', finished);
            -- An xid8 counts the epochs, an id on the data nodes has the 32 bits that TimescaleDB puts in.
            prefix CONSTANT text := format('ts-1-%s-', finished::text::bigint & 4294967295);
            decision text;
            node record;
        BEGIN
            LOOP
                PERFORM pg_advisory_lock_shared(ending);
                PERFORM pg_advisory_unlock_shared(ending);
                EXIT WHEN pg_xact_status(finished) <> 'in progress';
                -- ROLLBACK TO SAVEPOINT lets go of locks as well.
                PERFORM pg_sleep(0.01);
            END LOOP;
            decision := CASE pg_xact_status(finished) WHEN 'committed' THEN 'COMMIT' ELSE 'ROLLBACK' END;
            FOR node IN
                SELECT s AS server, EXISTS (
                    SELECT FROM _timescaledb_catalog.remote_txn
                    WHERE data_node_name = s.srvname AND starts_with(remote_transaction_id, prefix)) AS takes_part
                FROM _tscl_emulator.data_nodes() AS s ORDER BY takes_part DESC, s.oid
            LOOP
                -- A node without a part in what is committed may have had one that a savepoint hides. Nobody waits for it.
                IF NOT node.takes_part THEN
                    PERFORM pg_advisory_unlock_all();
                END IF;
                PERFORM _tscl_emulator.finish_on(node.server, finished, prefix, decision);
            END LOOP;
            DELETE FROM _tscl_emulator.decided WHERE xid = finished;
            PERFORM pg_advisory_unlock_all();
        END $$;

        CREATE FUNCTION _tscl_emulator.finish_on(server pg_foreign_server, finished xid8, prefix text, decision text)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            conn CONSTANT text := 'tscl finish';
            gid text;
        BEGIN
            PERFORM _tscl_emulator.connect(conn, server, current_user);
            -- The session on the data node that would still prepare the transaction. It is one of the emulator's own, in
            -- which no chunk is copied, and not one of the access node's server.
            PERFORM _tscl_emulator.run(conn, server.srvname, format(
                'SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = %L',
                format('timescaledb %s', finished)));
            FOR gid IN SELECT * FROM _tscl_emulator.ask(conn, server.srvname, format(
                'SELECT gid FROM pg_prepared_xacts WHERE database = current_database() AND starts_with(gid, %L)',
                prefix || server.oid || '-'))
            LOOP
                PERFORM _tscl_emulator.run(conn, server.srvname, format('%s PREPARED %L', decision, gid));
            END LOOP;
            PERFORM _tscl_emulator.disconnect(conn);
        EXCEPTION WHEN OTHERS THEN
            -- The node is down, or another healed it: what is left is for remote_txn_heal_data_node.
            PERFORM _tscl_emulator.disconnect(conn);
        END $$;

        -- A connection in this transaction to a data node, begun when it is first used.
        CREATE FUNCTION _tscl_emulator.enlist(server pg_foreign_server, as_role name) RETURNS text
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            current_xid CONSTANT xid8 := pg_current_xact_id();
            role_oid CONSTANT oid := (SELECT oid FROM pg_roles WHERE rolname = as_role);
            this_conn CONSTANT text := format('tscl %s %s %s', current_xid, server.oid, role_oid);
            next_step integer;
        BEGIN
            IF NOT _tscl_emulator.is_connected(format('tscl finisher %s', current_xid)) THEN
                PERFORM _tscl_emulator.start_finisher(current_xid);
            END IF;
            IF NOT _tscl_emulator.is_connected(this_conn) THEN
                PERFORM _tscl_emulator.connect(this_conn, server, as_role, format('timescaledb %s', current_xid));
                PERFORM _tscl_emulator.run(this_conn, server.srvname, format('BEGIN ISOLATION LEVEL %s',
                    CASE current_setting('transaction_isolation') WHEN 'serializable' THEN 'SERIALIZABLE'
                        ELSE 'REPEATABLE READ' END));
            END IF;
            INSERT INTO _tscl_emulator.participant VALUES (current_xid, server.oid, role_oid, this_conn, 0)
            ON CONFLICT DO NOTHING;
            PERFORM _tscl_emulator.align(this_conn, server.srvname, p.step)
            FROM _tscl_emulator.participant p WHERE p.conn = this_conn;
            UPDATE _tscl_emulator.participant p SET step = p.step + 1 WHERE p.conn = this_conn
            RETURNING p.step INTO next_step;
            PERFORM _tscl_emulator.run(this_conn, server.srvname,
                format('SAVEPOINT s%1$s; SET LOCAL tscl.step = %1$s', next_step));
            RETURN this_conn;
        END $$;

        -- Undoes on the data node the steps that the access node has undone with ROLLBACK TO SAVEPOINT.
        CREATE FUNCTION _tscl_emulator.align(conn text, node text, step integer) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            done integer;
        BEGIN
            BEGIN
                SELECT nullif(value, '')::integer INTO done
                FROM _tscl_emulator.ask(conn, node, 'SELECT current_setting(''tscl.step'', true)') AS value;
            EXCEPTION WHEN in_failed_sql_transaction THEN
                -- Only a step that failed, and that the access node has undone, leaves it so.
                done := step + 1;
            END;
            IF done > step THEN
                PERFORM _tscl_emulator.run(conn, node, format('ROLLBACK TO SAVEPOINT s%s', step + 1));
            END IF;
        END $$;

        -- The first phase, at the access node's commit.
        CREATE FUNCTION _tscl_emulator.prepare() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            node CONSTANT name := (SELECT srvname FROM pg_foreign_server WHERE oid = NEW.server);
            gid CONSTANT text := format('ts-1-%s-%s-%s', NEW.xid::text::bigint & 4294967295, NEW.server, NEW.role);
            one_phase CONSTANT boolean := NOT coalesce(current_setting('timescaledb.enable_2pc', true), 'on')::boolean;
            reached integer;
        BEGIN
            IF current_query() ~* '^\s*prepare\s+transaction' THEN
                PERFORM _tscl_emulator.fail('0A000', 'cannot prepare a transaction that modified remote tables');
            END IF;
            DELETE FROM _tscl_emulator.participant p WHERE p.conn = NEW.conn RETURNING p.step INTO reached;
            PERFORM _tscl_emulator.align(NEW.conn, node, reached);
            IF one_phase THEN
                PERFORM _tscl_emulator.run(NEW.conn, node, 'COMMIT');
            ELSE
                INSERT INTO _timescaledb_catalog.remote_txn VALUES (node, gid);
                INSERT INTO _tscl_emulator.decided VALUES (NEW.xid) ON CONFLICT DO NOTHING;
                PERFORM _tscl_emulator.run(NEW.conn, node, format('PREPARE TRANSACTION %L', gid));
            END IF;
            RETURN NULL;
        END $$;

        CREATE CONSTRAINT TRIGGER prepare AFTER INSERT ON _tscl_emulator.participant
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION _tscl_emulator.prepare();

        -- Runs a command on data nodes side by side: in this transaction, or each by itself.
        CREATE FUNCTION _tscl_emulator.run_on(
            nodes name[], as_role name, command text, transactional boolean DEFAULT true, search_path text DEFAULT NULL)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            conns text[] := '{}';
            server pg_foreign_server;
            state text;
            message text;
            detail text;
            hint text;
        BEGIN
            IF NOT transactional THEN
                PERFORM _tscl_emulator.settle();
            END IF;
            FOR i IN 1 .. cardinality(nodes) LOOP
                server := _tscl_emulator.server(nodes[i]);
                IF transactional THEN
                    conns[i] := _tscl_emulator.enlist(server, as_role);
                ELSE
                    conns[i] := format('tscl exec %s', server.oid);
                    PERFORM _tscl_emulator.connect(conns[i], server, as_role);
                END IF;
                IF search_path IS NOT NULL THEN
                    PERFORM _tscl_emulator.run(conns[i], nodes[i],
                        format('SELECT set_config(''search_path'', %L, %L)', search_path, transactional));
                END IF;
            END LOOP;
            FOR i IN 1 .. cardinality(nodes) LOOP
                PERFORM _tscl_emulator.send(conns[i], nodes[i], command);
            END LOOP;
            -- All are heard before the first error is passed on, so that the connections can be used further.
            FOR i IN 1 .. cardinality(nodes) LOOP
                BEGIN
                    PERFORM _tscl_emulator.answer(conns[i], nodes[i]);
                EXCEPTION WHEN OTHERS THEN
                    IF state IS NULL THEN
                        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                            detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
                    END IF;
                END;
            END LOOP;
            IF state IS NOT NULL THEN
                PERFORM _tscl_emulator.fail(state, message, detail, hint);
            END IF;
            IF NOT transactional THEN
                PERFORM _tscl_emulator.disconnect(conn) FROM unnest(conns) AS conn;
            END IF;
        END $$;
        """#
}
