extension Emulator {
    /// Connections to data nodes and what comes back over them.
    ///
    /// dblink waits for an answer without heeding a cancel, so commands are sent and their answers polled for.
    static let connections = #"""
        -- The role that acts: in a function of the emulator current_user is the emulator's owner.
        CREATE FUNCTION _tscl_emulator.acting_role() RETURNS name
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END
        $$;

        -- The data node of a name, as its foreign server. No privilege is asked for where usage is false.
        CREATE FUNCTION _tscl_emulator.server(node name, usage boolean DEFAULT false, missing_ok boolean DEFAULT false)
        RETURNS pg_foreign_server LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            found_server pg_foreign_server;
        BEGIN
            IF node IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'data node name cannot be NULL');
            END IF;
            SELECT * INTO found_server FROM pg_foreign_server WHERE srvname = node;
            IF NOT FOUND THEN
                IF NOT missing_ok THEN
                    PERFORM _tscl_emulator.fail('42704', format('server "%s" does not exist', node));
                END IF;
            ELSIF found_server.srvfdw <> (SELECT oid FROM pg_foreign_data_wrapper WHERE fdwname = 'timescaledb_fdw') THEN
                PERFORM _tscl_emulator.fail('22023', format('data node "%s" is not a TimescaleDB server', node));
            ELSIF usage AND NOT has_server_privilege(_tscl_emulator.acting_role(), found_server.oid, 'USAGE') THEN
                PERFORM _tscl_emulator.fail('42501', format('permission denied for foreign server %s', node));
            END IF;
            RETURN found_server;
        END $$;

        CREATE FUNCTION _tscl_emulator.data_nodes() RETURNS SETOF pg_foreign_server
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT s.* FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
            WHERE w.fdwname = 'timescaledb_fdw' ORDER BY s.oid
        $$;

        CREATE FUNCTION _tscl_emulator.conninfo(keyword text, value text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
            SELECT format('%s=''%s'' ', keyword, replace(replace(value, '\', '\\'), '''', '\'''))
        $$;

        CREATE FUNCTION _tscl_emulator.is_connected(conn text) RETURNS boolean
        LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
            SELECT conn = ANY (coalesce(_tscl_emulator.dblink_get_connections(), '{}'))
        $$;

        CREATE FUNCTION _tscl_emulator.disconnect(conn text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.is_connected(conn) THEN
                PERFORM _tscl_emulator.dblink_disconnect(conn);
            END IF;
        END $$;

        CREATE FUNCTION _tscl_emulator.disconnect_all() RETURNS void
        LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
            SELECT _tscl_emulator.dblink_disconnect(conn)
            FROM unnest(_tscl_emulator.dblink_get_connections()) AS conn WHERE conn LIKE 'tscl %'
        $$;

        -- The files by which a role proves itself, where TimescaleDB looks for them: passwords, and with TLS, which is used
        -- when this server has it, a certificate under the MD5 sum of the role's name.
        CREATE FUNCTION _tscl_emulator.credentials(as_role name) RETURNS text
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT _tscl_emulator.conninfo('passfile', coalesce(
                    nullif(current_setting('timescaledb.passfile', true), ''), data_directory || '/passfile'))
                || CASE WHEN current_setting('ssl')::boolean THEN
                    _tscl_emulator.conninfo('sslmode', 'require')
                    || coalesce(_tscl_emulator.conninfo('sslrootcert', nullif(current_setting('ssl_ca_file'), '')), '')
                    || _tscl_emulator.conninfo('sslcert', role_file || '.crt')
                    || _tscl_emulator.conninfo('sslkey', role_file || '.key')
                ELSE '' END
            FROM current_setting('data_directory') AS data_directory, LATERAL (
                SELECT coalesce(nullif(current_setting('timescaledb.ssl_dir', true), ''),
                    data_directory || '/timescaledb/certs') || '/' || md5(as_role::text) AS role_file) AS role
        $$;

        -- Connects, in place of an earlier connection of that name. libpq's least timeout keeps a frozen node from
        -- holding up the session, which hears of no cancel meanwhile.
        CREATE FUNCTION _tscl_emulator.connect(
            conn text, node text, options text[], as_role name, database text DEFAULT NULL, password text DEFAULT NULL,
            application text DEFAULT 'timescaledb')
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            reason text;
        BEGIN
            PERFORM _tscl_emulator.disconnect(conn);
            PERFORM _tscl_emulator.dblink_connect_u(conn,
                (SELECT coalesce(string_agg(_tscl_emulator.conninfo(option_name, option_value), ''), '')
                    FROM pg_options_to_table(options)
                    WHERE option_name IN ('host', 'port') OR option_name = 'dbname' AND database IS NULL)
                || coalesce(_tscl_emulator.conninfo('dbname', database), '')
                || _tscl_emulator.conninfo('user', as_role)
                || coalesce(_tscl_emulator.conninfo('password', password), '')
                || _tscl_emulator.credentials(as_role)
                || _tscl_emulator.conninfo('application_name', application)
                || _tscl_emulator.conninfo('client_encoding', 'UTF8')
                || _tscl_emulator.conninfo('connect_timeout', '2')
                || _tscl_emulator.conninfo('options', format(
                    '-c statement_timeout=0 -c lock_timeout=0 -c datestyle=ISO -c search_path=pg_catalog -c tscl.peer=%s',
                    (SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'))));
        EXCEPTION WHEN sqlclient_unable_to_establish_sqlconnection THEN
            GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
            PERFORM _tscl_emulator.fail('08001', format('could not connect to "%s"', node), reason);
        END $$;

        -- Connects to a data node with the credentials of a role: its user mapping, or its name.
        CREATE FUNCTION _tscl_emulator.connect(
            conn text, server pg_foreign_server, as_role name, application text DEFAULT 'timescaledb')
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            mapping jsonb := (
                SELECT jsonb_object_agg(o.option_name, o.option_value)
                FROM (
                    SELECT umoptions FROM pg_user_mapping m LEFT JOIN pg_roles r ON r.oid = m.umuser
                    WHERE m.umserver = server.oid AND (m.umuser = 0 OR r.rolname = as_role)
                    ORDER BY m.umuser = 0 LIMIT 1
                ) AS m, pg_options_to_table(m.umoptions) AS o);
        BEGIN
            PERFORM _tscl_emulator.connect(conn, server.srvname, server.srvoptions, coalesce(mapping ->> 'user', as_role),
                password => mapping ->> 'password', application => application);
        END $$;

        CREATE FUNCTION _tscl_emulator.send(conn text, node text, command text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.dblink_send_query(conn, command) <> 1 THEN
                PERFORM _tscl_emulator.fail('08000', format('connection to data node "%s" was lost', node));
            END IF;
        END $$;

        -- What came back: the first column of the rows, or the command's tag. Rows of another shape count as none.
        CREATE FUNCTION _tscl_emulator.answer(conn text, node text) RETURNS SETOF text
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            pause double precision := 0.0005;
            ends integer := 0;
            state text;
            message text;
            detail text;
            hint text;
            context text;
        BEGIN
            WHILE _tscl_emulator.dblink_is_busy(conn) = 1 LOOP
                PERFORM pg_sleep(pause);
                pause := least(pause * 1.5, 0.02);
            END LOOP;
            -- A result without rows looks like the end of the results, so the end is believed the second time.
            WHILE ends < 2 LOOP
                BEGIN
                    RETURN QUERY SELECT value FROM _tscl_emulator.dblink_get_result(conn) AS result (value text);
                    ends := CASE WHEN FOUND THEN 0 ELSE ends + 1 END;
                EXCEPTION WHEN OTHERS THEN
                    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                        hint = PG_EXCEPTION_HINT, context = PG_EXCEPTION_CONTEXT;
                    CONTINUE WHEN state = '42804' AND context NOT LIKE '%dblink connection named%';
                    PERFORM FROM _tscl_emulator.dblink_get_result(conn, false) AS result (value text);
                    IF state = '08006' THEN
                        PERFORM _tscl_emulator.fail('08000', format('connection to data node "%s" was lost', node));
                    END IF;
                    PERFORM _tscl_emulator.fail(state, format('[%s]: %s', node, message), detail, hint);
                END;
            END LOOP;
        END $$;

        CREATE FUNCTION _tscl_emulator.ask(conn text, node text, query text) RETURNS SETOF text
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.send(conn, node, query);
            RETURN QUERY SELECT * FROM _tscl_emulator.answer(conn, node);
        END $$;

        CREATE FUNCTION _tscl_emulator.run(conn text, node text, command text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.ask(conn, node, command);
        END $$;
        """#
}
