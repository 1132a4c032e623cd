extension Emulator {
    /// Which data nodes a distributed hypertable has: attaching, detaching, blocking new chunks.
    static let attachment = #"""
        CREATE TYPE _tscl_emulator.attached_node AS (hypertable_id integer, node_hypertable_id integer, node_name name);

        CREATE FUNCTION public.attach_data_node(
            node_name name, hypertable regclass, if_not_attached boolean DEFAULT false, repartition boolean DEFAULT true)
        RETURNS SETOF _tscl_emulator.attached_node
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        DECLARE
            h _timescaledb_catalog.hypertable;
            server pg_foreign_server;
            attached integer;
            space name;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('attaching data node');
            IF $2 IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'hypertable cannot be NULL');
            END IF;
            h := _tscl_emulator.distributed_hypertable($2);
            PERFORM _tscl_emulator.check_table_owner($2);
            server := _tscl_emulator.server($1, usage => true);
            IF NOT EXISTS (
                SELECT FROM _timescaledb_catalog.hypertable_data_node d WHERE d.hypertable_id = h.id AND d.node_name = $1
            ) THEN
                PERFORM _tscl_emulator.assign_nodes($2, ARRAY[$1]);
                SELECT count(*) INTO attached FROM _timescaledb_catalog.hypertable_data_node d WHERE d.hypertable_id = h.id;
                IF NOT repartition THEN
                    PERFORM _tscl_emulator.warn_of_partitions(h.id);
                ELSE
                    UPDATE _timescaledb_catalog.dimension SET num_slices = attached
                    WHERE hypertable_id = h.id AND num_slices < attached RETURNING column_name INTO space;
                    IF FOUND THEN
                        RAISE NOTICE 'the number of partitions in dimension "%" was increased to %', space, attached
                            USING DETAIL = 'To make use of all attached data nodes, a distributed hypertable needs at least as '
                                'many partitions in the first closed (space) dimension as there are attached data nodes.';
                    END IF;
                END IF;
            ELSIF if_not_attached THEN
                RAISE NOTICE USING ERRCODE = 'TS172',
                    MESSAGE = format('data node "%s" is already attached to hypertable "%s", skipping', $1, h.table_name);
            ELSE
                PERFORM _tscl_emulator.fail('TS172',
                    format('data node "%s" is already attached to hypertable "%s"', $1, h.table_name));
            END IF;
            RETURN QUERY SELECT d.hypertable_id, d.node_hypertable_id, d.node_name
                FROM _timescaledb_catalog.hypertable_data_node d WHERE d.hypertable_id = h.id AND d.node_name = $1;
        END $$;

        CREATE FUNCTION _tscl_emulator.check_replication(h _timescaledb_catalog.hypertable, force boolean) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            message CONSTANT text := format('insufficient number of data nodes for distributed hypertable "%s"', h.table_name);
            detail CONSTANT text := format('Reducing the number of available data nodes on distributed hypertable "%s" '
                'prevents full replication of new chunks.', h.table_name);
        BEGIN
            IF h.replication_factor < (
                SELECT count(*) FROM _timescaledb_catalog.hypertable_data_node
                WHERE hypertable_id = h.id AND NOT block_chunks
            ) THEN
                RETURN;
            ELSIF force THEN
                RAISE WARNING USING ERRCODE = 'TS170', MESSAGE = message, DETAIL = detail;
            ELSE
                PERFORM _tscl_emulator.fail('TS170', message, detail, 'Use force => true to force this operation.');
            END IF;
        END $$;

        -- The hypertables that a change of a data node is about: one, or all that have the node and belong to the role.
        CREATE FUNCTION _tscl_emulator.affected_hypertables(server pg_foreign_server, relation regclass, purpose text)
        RETURNS SETOF regclass LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            one regclass;
        BEGIN
            FOR one IN
                SELECT h.relation::regclass
                FROM _timescaledb_catalog.hypertable h
                JOIN _timescaledb_catalog.hypertable_data_node d ON d.hypertable_id = h.id
                WHERE d.node_name = server.srvname AND ($2 IS NULL OR h.relation = $2)
                ORDER BY h.id
            LOOP
                IF _tscl_emulator.is_table_owner(one) THEN
                    RETURN NEXT one;
                ELSIF purpose = 'delete' THEN
                    PERFORM _tscl_emulator.fail('42501',
                        format('permission denied for hypertable "%s"', (_tscl_emulator.hypertable(one)).table_name),
                        'The data node is attached to hypertables that the current user lacks permissions for.');
                ELSE
                    RAISE NOTICE USING ERRCODE = '42501', MESSAGE = format(
                        'skipping hypertable "%s" due to missing permissions', (_tscl_emulator.hypertable(one)).table_name);
                END IF;
            END LOOP;
        END $$;

        CREATE FUNCTION _tscl_emulator.detach(
            server pg_foreign_server, relation regclass, purpose text, force boolean, repartition boolean,
            drop_remote_data boolean)
        RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            one regclass;
            h _timescaledb_catalog.hypertable;
            remaining integer;
            space name;
            detached integer := 0;
        BEGIN
            FOR one IN SELECT * FROM _tscl_emulator.affected_hypertables(server, relation, purpose) LOOP
                h := _tscl_emulator.hypertable(one);
                PERFORM _tscl_emulator.check_replication(h, force);
                DELETE FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = h.id AND node_name = server.srvname;
                detached := detached + 1;
                SELECT count(*) INTO remaining FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = h.id;
                IF repartition AND remaining > 0 THEN
                    UPDATE _timescaledb_catalog.dimension SET num_slices = remaining
                    WHERE hypertable_id = h.id AND num_slices > remaining RETURNING column_name INTO space;
                    IF FOUND THEN
                        RAISE NOTICE 'the number of partitions in dimension "%" of hypertable "%" was decreased to %',
                            space, h.table_name, remaining
                            USING DETAIL = 'To make efficient use of all attached data nodes, the number of space partitions '
                                'was set to match the number of data nodes.';
                    END IF;
                END IF;
                IF drop_remote_data THEN
                    PERFORM _tscl_emulator.run_on(ARRAY[server.srvname], _tscl_emulator.acting_role(),
                        format('DROP TABLE IF EXISTS %s', one));
                END IF;
            END LOOP;
            RETURN detached;
        END $$;

        -- Whether a node is attached to a hypertable that the role owns.
        CREATE FUNCTION _tscl_emulator.is_attached(server pg_foreign_server, relation regclass, missing_ok boolean)
        RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            h _timescaledb_catalog.hypertable;
        BEGIN
            PERFORM _tscl_emulator.check_table_owner(relation);
            h := _tscl_emulator.distributed_hypertable(relation);
            IF EXISTS (
                SELECT FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = h.id AND node_name = server.srvname
            ) THEN
                RETURN true;
            ELSIF NOT missing_ok THEN
                PERFORM _tscl_emulator.fail('TS173',
                    format('data node "%s" is not attached to hypertable "%s"', server.srvname, h.table_name));
            END IF;
            RAISE NOTICE USING ERRCODE = 'TS173',
                MESSAGE = format('data node "%s" is not attached to hypertable "%s", skipping', server.srvname, h.table_name);
            RETURN false;
        END $$;

        CREATE FUNCTION public.detach_data_node(
            node_name name, hypertable regclass DEFAULT NULL, if_attached boolean DEFAULT false, force boolean DEFAULT false,
            repartition boolean DEFAULT true, drop_remote_data boolean DEFAULT false)
        RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server pg_foreign_server;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('detaching data node');
            server := _tscl_emulator.server(node_name, usage => true);
            IF hypertable IS NOT NULL AND NOT _tscl_emulator.is_attached(server, hypertable, coalesce(if_attached, false)) THEN
                RETURN 0;
            END IF;
            RETURN _tscl_emulator.detach(server, hypertable, 'detach', force, repartition, drop_remote_data);
        END $$;

        CREATE FUNCTION _tscl_emulator.set_block_chunks(node name, relation regclass, block boolean, force boolean)
        RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            server CONSTANT pg_foreign_server := _tscl_emulator.server(node, usage => true);
            one regclass;
            h _timescaledb_catalog.hypertable;
            changed integer := 0;
        BEGIN
            IF relation IS NOT NULL THEN
                PERFORM _tscl_emulator.is_attached(server, relation, false);
            END IF;
            FOR one IN SELECT * FROM _tscl_emulator.affected_hypertables(server, relation, 'block') LOOP
                h := _tscl_emulator.hypertable(one);
                IF block AND EXISTS (
                    SELECT FROM _timescaledb_catalog.hypertable_data_node
                    WHERE hypertable_id = h.id AND node_name = node AND block_chunks
                ) THEN
                    RAISE NOTICE 'new chunks already blocked on data node "%" for hypertable "%"', node, h.table_name;
                    CONTINUE;
                ELSIF block THEN
                    PERFORM _tscl_emulator.check_replication(h, force);
                END IF;
                UPDATE _timescaledb_catalog.hypertable_data_node SET block_chunks = block
                WHERE hypertable_id = h.id AND node_name = node;
                changed := changed + 1;
            END LOOP;
            RETURN changed;
        END $$;

        CREATE FUNCTION timescaledb_experimental.block_new_chunks(
            data_node_name name, hypertable regclass DEFAULT NULL, force boolean DEFAULT false)
        RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RETURN _tscl_emulator.set_block_chunks(data_node_name, hypertable, true, force);
        END $$;

        CREATE FUNCTION timescaledb_experimental.allow_new_chunks(data_node_name name, hypertable regclass DEFAULT NULL)
        RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RETURN _tscl_emulator.set_block_chunks(data_node_name, hypertable, false, false);
        END $$;
        """#
}
