extension Emulator {
    /// What DDL does to data nodes and hypertables, and which is refused.
    static let ddl = #"""
        -- The foreign servers as they were, to see what DDL has done to one.
        CREATE TABLE _tscl_emulator.node (server oid PRIMARY KEY, name name NOT NULL, available text);

        CREATE FUNCTION _tscl_emulator.after_server_ddl(changed oid, tag text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            internal CONSTANT boolean := coalesce(current_setting('tscl.server_ddl', true), '') = 'on';
            was _tscl_emulator.node;
            new_name name;
            new_available text;
        BEGIN
            SELECT s.srvname, (SELECT option_value FROM pg_options_to_table(s.srvoptions) WHERE option_name = 'available')
            INTO new_name, new_available FROM _tscl_emulator.data_nodes() AS s WHERE s.oid = changed;
            IF NOT FOUND THEN
                RETURN;
            END IF;
            SELECT * INTO was FROM _tscl_emulator.node WHERE server = changed;
            IF NOT internal AND tag = 'CREATE SERVER' THEN
                PERFORM _tscl_emulator.fail('0A000', 'operation not supported for a TimescaleDB data node', '',
                    'Use add_data_node() to add data nodes to a distributed database.');
            ELSIF NOT internal AND was.available IS DISTINCT FROM new_available THEN
                PERFORM _tscl_emulator.fail('0A000', 'cannot set "available" using ALTER SERVER', '',
                    'Use alter_data_node() to set "available".');
            END IF;
            UPDATE _timescaledb_catalog.hypertable_data_node SET node_name = new_name WHERE node_name = was.name;
            INSERT INTO _tscl_emulator.node VALUES (changed, new_name, new_available)
            ON CONFLICT (server) DO UPDATE SET name = new_name, available = new_available;
        END $$;

        -- Members of distributed hypertables are the access node's to change.
        CREATE FUNCTION _tscl_emulator.check_member_ddl() RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF NOT _tscl_emulator.is_peer()
                AND NOT coalesce(current_setting('timescaledb.enable_client_ddl_on_data_nodes', true), 'off')::boolean
            THEN
                PERFORM _tscl_emulator.fail('0A000', 'operation is blocked on a distributed hypertable member',
                    'This operation should be executed on the access node.',
                    'Set timescaledb.enable_client_ddl_on_data_nodes to TRUE, if you know what you are doing.');
            END IF;
        END $$;

        CREATE FUNCTION _tscl_emulator.after_ddl() RETURNS event_trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            command record;
            h _timescaledb_catalog.hypertable;
        BEGIN
            FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
                IF command.classid = 'pg_foreign_server'::regclass THEN
                    PERFORM _tscl_emulator.after_server_ddl(command.objid, command.command_tag);
                ELSIF command.classid = 'pg_class'::regclass THEN
                    h := _tscl_emulator.hypertable(
                        coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = command.objid), command.objid));
                    IF h.replication_factor > 0 THEN
                        PERFORM _tscl_emulator.not_emulated(command.command_tag || ' on a distributed hypertable');
                    ELSIF h.replication_factor < 0 THEN
                        PERFORM _tscl_emulator.check_member_ddl();
                    END IF;
                END IF;
            END LOOP;
        END $$;

        CREATE FUNCTION _tscl_emulator.after_drop() RETURNS event_trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            dropped record;
            h _timescaledb_catalog.hypertable;
        BEGIN
            FOR dropped IN SELECT * FROM pg_event_trigger_dropped_objects() WHERE objsubid = 0 LOOP
                IF dropped.classid = 'pg_foreign_server'::regclass
                    AND EXISTS (SELECT FROM _tscl_emulator.node WHERE server = dropped.objid)
                THEN
                    IF coalesce(current_setting('tscl.server_ddl', true), '') <> 'on' THEN
                        PERFORM _tscl_emulator.fail('0A000', 'operation not supported on a TimescaleDB data node', '',
                            'Use delete_data_node() to remove data nodes from a distributed database.');
                    END IF;
                    DELETE FROM _tscl_emulator.node WHERE server = dropped.objid;
                ELSIF dropped.classid = 'pg_class'::regclass THEN
                    h := _tscl_emulator.hypertable(dropped.objid);
                    CONTINUE WHEN h.id IS NULL;
                    IF h.replication_factor > 0 THEN
                        PERFORM _tscl_emulator.run_on(
                            ARRAY(SELECT node_name FROM _timescaledb_catalog.hypertable_data_node
                                WHERE hypertable_id = h.id ORDER BY node_name),
                            _tscl_emulator.acting_role(), format('DROP TABLE IF EXISTS %I.%I', h.schema_name, h.table_name));
                    ELSE
                        PERFORM _tscl_emulator.check_member_ddl();
                    END IF;
                    DELETE FROM _timescaledb_catalog.hypertable WHERE id = h.id;
                END IF;
            END LOOP;
        END $$;

        CREATE EVENT TRIGGER tscl_emulator_after_ddl ON ddl_command_end
        WHEN TAG IN ('CREATE SERVER', 'ALTER SERVER', 'ALTER TABLE', 'CREATE INDEX')
        EXECUTE FUNCTION _tscl_emulator.after_ddl();
        CREATE EVENT TRIGGER tscl_emulator_after_drop ON sql_drop
        WHEN TAG IN ('DROP SERVER', 'DROP TABLE', 'DROP SCHEMA', 'DROP OWNED', 'DROP FOREIGN DATA WRAPPER')
        EXECUTE FUNCTION _tscl_emulator.after_drop();
        """#
}
