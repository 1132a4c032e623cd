extension Emulator {
    /// Adding, altering and deleting data nodes.
    static let nodes = #"""
        CREATE FUNCTION _tscl_emulator.check_port(port integer) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF port NOT BETWEEN 1 AND 65535 THEN
                PERFORM _tscl_emulator.fail('22023', format('invalid port number %s', port), '',
                    'The port number must be between 1 and 65535.');
            END IF;
        END $$;

        CREATE FUNCTION _tscl_emulator.check_server_owner(server pg_foreign_server) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF NOT pg_has_role(_tscl_emulator.acting_role(), server.srvowner, 'USAGE') THEN
                PERFORM _tscl_emulator.fail('42501', format('must be owner of foreign server %s', server.srvname));
            END IF;
        END $$;

        -- Runs DDL on foreign servers, which is refused to clients.
        CREATE FUNCTION _tscl_emulator.server_ddl(command text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET tscl.server_ddl = 'on' AS $$
        BEGIN
            EXECUTE command;
        END $$;

        -- Connects to a database that a node has from the start, to create or drop the one that it is to have.
        CREATE FUNCTION _tscl_emulator.connect_for_bootstrap(conn text, node text, options text[], password text DEFAULT NULL)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            known CONSTANT text[] := '{postgres,template1,defaultdb}';
        BEGIN
            FOR i IN 1 .. 3 LOOP
                BEGIN
                    PERFORM _tscl_emulator.connect(conn, node, options, _tscl_emulator.acting_role(), known[i], password);
                    RETURN;
                EXCEPTION WHEN sqlclient_unable_to_establish_sqlconnection THEN
                    IF i = 3 THEN
                        RAISE;
                    END IF;
                END;
            END LOOP;
        END $$;

        -- Whether a database is there; it must be one that this one can be distributed to.
        CREATE FUNCTION _tscl_emulator.check_database(conn text, node text, database text) RETURNS boolean
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            mine pg_database;
            theirs jsonb;
        BEGIN
            SELECT * INTO mine FROM pg_database WHERE datname = current_database();
            theirs := _tscl_emulator.ask(conn, node,
                format('SELECT to_jsonb(d) FROM pg_database d WHERE datname = %L', database));
            IF theirs IS NULL THEN
                RETURN false;
            ELSIF (theirs ->> 'encoding')::integer <> mine.encoding THEN
                PERFORM _tscl_emulator.fail('TS174', 'database exists but has wrong encoding',
                    format('Expected database encoding to be "%s" (%s) but it was "%s" (%s).',
                        pg_encoding_to_char(mine.encoding), mine.encoding,
                        pg_encoding_to_char((theirs ->> 'encoding')::integer), theirs ->> 'encoding'));
            ELSIF theirs ->> 'datcollate' <> mine.datcollate THEN
                PERFORM _tscl_emulator.fail('TS174', 'database exists but has wrong collation',
                    format('Expected collation "%s" but it was "%s".', mine.datcollate, theirs ->> 'datcollate'));
            ELSIF theirs ->> 'datctype' <> mine.datctype THEN
                PERFORM _tscl_emulator.fail('TS174', 'database exists but has wrong LC_CTYPE',
                    format('Expected LC_CTYPE "%s" but it was "%s".', mine.datctype, theirs ->> 'datctype'));
            END IF;
            RETURN true;
        END $$;

        CREATE FUNCTION _tscl_emulator.create_database(conn text, node text, database text) RETURNS boolean
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.check_database(conn, node, database) THEN
                RAISE NOTICE 'database "%" already exists on data node, skipping', database;
                RETURN false;
            END IF;
            PERFORM _tscl_emulator.run(conn, node, format(
                'CREATE DATABASE %I ENCODING %I LC_COLLATE %L LC_CTYPE %L TEMPLATE template0 OWNER %I',
                database, pg_encoding_to_char(encoding), datcollate, datctype, _tscl_emulator.acting_role()))
            FROM pg_database WHERE datname = current_database();
            RETURN true;
        END $$;

        CREATE FUNCTION _tscl_emulator.has_extension(conn text, node text) RETURNS boolean
        LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
            SELECT EXISTS (
                SELECT FROM _tscl_emulator.ask(conn, node, 'SELECT 1 FROM pg_extension WHERE extname = ''timescaledb'''))
        $$;

        -- Makes the emulator of a data node's database, as CREATE EXTENSION does of a trusted extension.
        CREATE FUNCTION _tscl_emulator.create_extension(conn text, node text) RETURNS boolean
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.has_extension(conn, node) THEN
                RAISE NOTICE 'extension "timescaledb" already exists on data node, skipping';
                RETURN false;
            END IF;
            PERFORM _tscl_emulator.run(conn, node, format('DO %L', format(
                'BEGIN EXECUTE %1$L; INSERT INTO _tscl_emulator.source VALUES (%1$L); END',
                (SELECT body FROM _tscl_emulator.source))));
            RETURN true;
        END $$;

        CREATE FUNCTION _tscl_emulator.check_as_data_node(conn text, node text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.run(conn, node, 'SELECT _timescaledb_functions.validate_as_data_node()');
        EXCEPTION WHEN SQLSTATE 'TS174' THEN
            PERFORM _tscl_emulator.fail('TS174', format('cannot add "%s" as a data node', node),
                format(E'ERROR:  %s\n', substr(SQLERRM, length(node) + 5)));
        END $$;

        -- PL/pgSQL takes no name for a parameter and a column of the result, so results with such names are of a type.
        CREATE TYPE _tscl_emulator.added_node AS (
            node_name name, host text, port integer, database name,
            node_created boolean, database_created boolean, extension_created boolean);

        CREATE FUNCTION public.add_data_node(
            node_name name, host text, database name DEFAULT NULL, port integer DEFAULT NULL,
            if_not_exists boolean DEFAULT false, bootstrap boolean DEFAULT true, password text DEFAULT NULL)
        RETURNS SETOF _tscl_emulator.added_node
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            conn CONSTANT text := 'tscl bootstrap';
            role CONSTANT name := _tscl_emulator.acting_role();
            node CONSTANT name := node_name;
            node_created boolean := false;
            database_created boolean := false;
            extension_created boolean := false;
            options text[];
            -- SQL has no empty identifier, though TimescaleDB takes one for a name.
            placeholder CONSTANT name := '_tscl_emulator unnamed';
            identifier CONSTANT name := coalesce(nullif(node, ''), placeholder);
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('adding data node');
            IF host IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'a host needs to be specified', '',
                    'Provide a host name or IP address of a data node to add.');
            ELSIF _tscl_emulator.membership() = 'data node' THEN
                PERFORM _tscl_emulator.fail('TS171', 'unable to assign data nodes from an existing distributed database');
            ELSIF node IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'data node name cannot be NULL');
            END IF;
            port := coalesce(port, current_setting('port')::integer);
            database := coalesce(database, current_database());
            PERFORM _tscl_emulator.check_port(port);
            PERFORM _tscl_emulator.prevent_in_transaction_block('add_data_node()');

            IF EXISTS (SELECT FROM pg_foreign_server WHERE srvname = node) THEN
                IF if_not_exists THEN
                    PERFORM _tscl_emulator.server(node);
                    RAISE NOTICE USING ERRCODE = '42710',
                        MESSAGE = format('data node "%s" already exists, skipping', node);
                    RETURN NEXT (node, host, port, database, node_created, database_created, extension_created);
                    RETURN;
                END IF;
                PERFORM _tscl_emulator.fail('42710', format('server "%s" already exists', node));
            ELSIF NOT has_foreign_data_wrapper_privilege(role, 'timescaledb_fdw', 'USAGE') THEN
                PERFORM _tscl_emulator.fail('42501', 'permission denied for foreign-data wrapper timescaledb_fdw');
            END IF;
            PERFORM _tscl_emulator.server_ddl(format(
                'CREATE SERVER %I FOREIGN DATA WRAPPER timescaledb_fdw OPTIONS (host %L, port %L, dbname %L)',
                identifier, host, port, database));
            PERFORM _tscl_emulator.server_ddl(format('ALTER SERVER %I OWNER TO %I', identifier, role));
            UPDATE pg_foreign_server SET srvname = node WHERE srvname = placeholder;
            options := (SELECT srvoptions FROM pg_foreign_server WHERE srvname = node);
            node_created := true;

            IF bootstrap THEN
                PERFORM _tscl_emulator.connect_for_bootstrap(conn, node, options, password);
                database_created := _tscl_emulator.create_database(conn, node, database);
            END IF;
            -- The role must be able to connect; what follows needs the rights of an extension's script.
            PERFORM _tscl_emulator.connect(conn, node, options, role, NULL, password);
            PERFORM _tscl_emulator.connect(conn, node, options, current_user);
            PERFORM _tscl_emulator.run(conn, node, 'BEGIN');
            IF bootstrap THEN
                extension_created := _tscl_emulator.create_extension(conn, node);
            ELSIF NOT _tscl_emulator.has_extension(conn, node) THEN
                PERFORM _tscl_emulator.fail('TS174', 'database does not have TimescaleDB extension loaded',
                    format('The TimescaleDB extension is not loaded in database %s on node at %s:%s.', database, host, port));
            END IF;
            IF NOT database_created THEN
                PERFORM _tscl_emulator.check_database(conn, node, database);
                PERFORM _tscl_emulator.check_as_data_node(conn, node);
            END IF;
            INSERT INTO _timescaledb_catalog.metadata
            SELECT 'dist_uuid', value, true FROM _timescaledb_catalog.metadata WHERE key = 'uuid'
            ON CONFLICT DO NOTHING;
            PERFORM _tscl_emulator.run(conn, node, format('SELECT _timescaledb_functions.set_dist_id(%L)',
                _tscl_emulator.metadata('dist_uuid')));
            PERFORM _tscl_emulator.run(conn, node, 'COMMIT');
            PERFORM _tscl_emulator.disconnect(conn);
            RETURN NEXT (node, host, port, database, node_created, database_created, extension_created);
        END $$;

        CREATE TYPE _tscl_emulator.altered_node AS (
            node_name name, host text, port integer, database name, available boolean);

        CREATE FUNCTION public.alter_data_node(
            node_name name, host text DEFAULT NULL, database name DEFAULT NULL, port integer DEFAULT NULL,
            available boolean DEFAULT NULL)
        RETURNS SETOF _tscl_emulator.altered_node
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server pg_foreign_server;
            changes text;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('altering data node');
            server := _tscl_emulator.server(node_name);
            SELECT string_agg(
                format('%s %I %L', CASE WHEN o.option_name IS NULL THEN 'ADD' ELSE 'SET' END, c.keyword, c.value), ', ')
            INTO changes
            FROM (VALUES ('host', host), ('dbname', database), ('port', port::text), ('available', available::text))
                AS c (keyword, value)
            LEFT JOIN pg_options_to_table(server.srvoptions) AS o ON o.option_name = c.keyword
            WHERE c.value IS NOT NULL;
            IF changes IS NOT NULL THEN
                IF port IS NOT NULL THEN
                    PERFORM _tscl_emulator.check_port(port);
                END IF;
                PERFORM _tscl_emulator.check_server_owner(server);
                PERFORM _tscl_emulator.server_ddl(format('ALTER SERVER %I OPTIONS (%s)', node_name, changes));
                server := _tscl_emulator.server(node_name);
            END IF;
            SELECT max(option_value) FILTER (WHERE option_name = 'host'), max(option_value) FILTER (WHERE option_name = 'port'),
                max(option_value) FILTER (WHERE option_name = 'dbname'),
                coalesce(max(option_value) FILTER (WHERE option_name = 'available'), 'true')
            INTO host, port, database, available
            FROM pg_options_to_table(server.srvoptions);
            RETURN NEXT (node_name, host, port, database, available);
        END $$;

        CREATE FUNCTION public.delete_data_node(
            node_name name, if_exists boolean DEFAULT false, force boolean DEFAULT false, repartition boolean DEFAULT true,
            drop_database boolean DEFAULT false)
        RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_variable
        DECLARE
            server pg_foreign_server;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('deleting data node');
            server := _tscl_emulator.server(node_name, usage => true, missing_ok => if_exists);
            IF server.oid IS NULL THEN
                RAISE NOTICE 'data node "%" does not exist, skipping', node_name;
                RETURN false;
            END IF;
            IF drop_database THEN
                PERFORM _tscl_emulator.prevent_in_transaction_block('delete_data_node()');
            END IF;
            PERFORM _tscl_emulator.detach(server, NULL, 'delete', force, repartition, false);
            DELETE FROM _timescaledb_catalog.remote_txn WHERE data_node_name = node_name;
            PERFORM _tscl_emulator.check_server_owner(server);
            IF drop_database THEN
                PERFORM _tscl_emulator.settle();
                PERFORM _tscl_emulator.disconnect_all();
                PERFORM _tscl_emulator.connect_for_bootstrap('tscl bootstrap', node_name, server.srvoptions);
                PERFORM _tscl_emulator.run('tscl bootstrap', node_name, format('DROP DATABASE %I', option_value))
                FROM pg_options_to_table(server.srvoptions) WHERE option_name = 'dbname';
                PERFORM _tscl_emulator.disconnect('tscl bootstrap');
            END IF;
            PERFORM _tscl_emulator.server_ddl(format('DROP SERVER %I', node_name));
            IF NOT EXISTS (SELECT FROM _tscl_emulator.data_nodes()) THEN
                DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid';
            END IF;
            RETURN true;
        END $$;
        """#
}
