extension Emulator {
    /// Distributed hypertables: their making, here and on the data nodes.
    static let hypertables = #"""
        CREATE FUNCTION _tscl_emulator.hypertable(relation regclass) RETURNS _timescaledb_catalog.hypertable
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            found_hypertable _timescaledb_catalog.hypertable;
        BEGIN
            SELECT * INTO found_hypertable FROM _timescaledb_catalog.hypertable h WHERE h.relation = $1;
            RETURN found_hypertable;
        END $$;

        -- As it is; a cast of regnamespace would put quotes around some.
        CREATE FUNCTION _tscl_emulator.schema_name(schema oid) RETURNS name
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT nspname FROM pg_namespace WHERE oid = schema
        $$;

        -- The distributed hypertable that a function is asked to work on.
        CREATE FUNCTION _tscl_emulator.distributed_hypertable(relation regclass) RETURNS _timescaledb_catalog.hypertable
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            found_hypertable CONSTANT _timescaledb_catalog.hypertable := _tscl_emulator.hypertable(relation);
            relname CONSTANT name := (SELECT c.relname FROM pg_class c WHERE c.oid = relation);
        BEGIN
            IF found_hypertable.id IS NULL THEN
                PERFORM _tscl_emulator.fail('TS001', format('table "%s" is not a hypertable', relname));
            ELSIF NOT coalesce(found_hypertable.replication_factor, 0) > 0 THEN
                PERFORM _tscl_emulator.fail('TS111', format('hypertable "%s" is not distributed', relname));
            END IF;
            RETURN found_hypertable;
        END $$;

        CREATE FUNCTION _tscl_emulator.table_owner(relation regclass) RETURNS name
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = relation
        $$;

        CREATE FUNCTION _tscl_emulator.is_table_owner(relation regclass) RETURNS boolean
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT pg_has_role(_tscl_emulator.acting_role(), relowner, 'USAGE') FROM pg_class WHERE oid = relation
        $$;

        CREATE FUNCTION _tscl_emulator.check_table_owner(relation regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF NOT _tscl_emulator.is_table_owner(relation) THEN
                PERFORM _tscl_emulator.fail('42501',
                    format('must be owner of hypertable "%s"', (SELECT relname FROM pg_class WHERE oid = relation)));
            END IF;
        END $$;

        CREATE FUNCTION _tscl_emulator.check_replication_factor(relation regclass, replication_factor integer, nodes integer)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF replication_factor > nodes THEN
                PERFORM _tscl_emulator.fail('TS170',
                    format('replication factor too large for hypertable "%s"',
                        (SELECT relname FROM pg_class WHERE oid = relation)),
                    format('The hypertable has %s data nodes attached, while the replication factor is %s.',
                        nodes, replication_factor),
                    'Decrease the replication factor or attach more data nodes to the hypertable.');
            ELSIF replication_factor IS NULL OR replication_factor NOT BETWEEN 1 AND 32767 THEN
                PERFORM _tscl_emulator.fail('22023', 'invalid replication factor', '',
                    'A hypertable''s replication factor must be between 1 and 32767.');
            END IF;
        END $$;

        -- The data nodes of a new hypertable: those named, or those that the role may use.
        CREATE FUNCTION _tscl_emulator.assignable_nodes(named name[]) RETURNS name[]
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            all_nodes name[] := ARRAY(SELECT srvname FROM _tscl_emulator.data_nodes());
            nodes name[];
            hint text := 'Grant USAGE on data nodes';
        BEGIN
            IF named IS NOT NULL THEN
                nodes := ARRAY(
                    SELECT (_tscl_emulator.server(n, usage => true)).srvname FROM unnest(named) AS n WHERE n IS NOT NULL);
                all_nodes := '{}';
            ELSE
                nodes := ARRAY(SELECT srvname FROM _tscl_emulator.data_nodes()
                    WHERE has_server_privilege(_tscl_emulator.acting_role(), oid, 'USAGE'));
                IF cardinality(nodes) < cardinality(all_nodes) THEN
                    RAISE NOTICE '% of % data nodes not used by this hypertable due to lack of permissions',
                        cardinality(all_nodes) - cardinality(nodes), cardinality(all_nodes)
                        USING HINT = 'Grant USAGE on data nodes to attach them to a hypertable.';
                END IF;
            END IF;
            IF nodes = '{}' AND all_nodes = '{}' THEN
                PERFORM _tscl_emulator.fail('TS170', 'no data nodes can be assigned to the hypertable',
                    'No data nodes where available to assign to the hypertable.', 'Add data nodes to the database.');
            ELSIF nodes = '{}' THEN
                PERFORM _tscl_emulator.fail('TS170', 'no data nodes can be assigned to the hypertable',
                    'Data nodes exist, but none have USAGE privilege.',
                    'Grant USAGE on data nodes to attach them to the hypertable.');
            ELSIF cardinality(nodes) = 1 THEN
                RAISE WARNING 'only one data node was assigned to the hypertable' USING
                    DETAIL = 'A distributed hypertable should have at least two data nodes for best performance.',
                    HINT = CASE cardinality(all_nodes)
                        WHEN 1 THEN 'Add more data nodes to the database and attach them to the hypertable.'
                        ELSE 'Grant USAGE on data nodes and attach them to the hypertable.' END;
            END IF;
            RETURN nodes;
        END $$;

        CREATE FUNCTION _tscl_emulator.column_type(relation regclass, column_name name) RETURNS regtype
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            found_type regtype := (
                SELECT atttypid FROM pg_attribute
                WHERE attrelid = relation AND attname = column_name AND attnum > 0 AND NOT attisdropped);
        BEGIN
            IF found_type IS NULL THEN
                PERFORM _tscl_emulator.fail('42703', format('column "%s" does not exist', column_name));
            END IF;
            RETURN found_type;
        END $$;

        -- What makes a table anew elsewhere: its schema, columns, constraints, indexes and grants.
        CREATE FUNCTION _tscl_emulator.table_definition(relation regclass) RETURNS SETOF text
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            t pg_class;
        BEGIN
            SELECT * INTO t FROM pg_class WHERE oid = relation;
            IF t.relnamespace <> 'public'::regnamespace THEN
                RETURN NEXT format('CREATE SCHEMA IF NOT EXISTS %s', t.relnamespace::regnamespace);
            END IF;
            -- With only pg_catalog in the search_path regclass writes the schema.
            RETURN QUERY SELECT format('CREATE TABLE %s (%s)', relation, string_agg(
                    format('%I %s', attname, format_type(atttypid, atttypmod))
                    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                    || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), ''), ', ' ORDER BY attnum))
                FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped;
            RETURN QUERY SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', relation, conname, pg_get_constraintdef(oid))
                FROM pg_constraint WHERE conrelid = relation AND contype IN ('p', 'u', 'c') ORDER BY oid;
            RETURN QUERY SELECT pg_get_indexdef(indexrelid) FROM pg_index
                WHERE indrelid = relation AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
                ORDER BY indexrelid;
            RETURN QUERY SELECT format('GRANT %s ON %s TO %s', privilege_type, relation,
                    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
                FROM aclexplode(t.relacl) WHERE grantee <> t.relowner;
        END $$;

        -- Registers a table of a data node as a member, at the word of the access node.
        CREATE FUNCTION _tscl_emulator.add_member(relation regclass, dimensions jsonb) RETURNS integer
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            new_id integer;
        BEGIN
            PERFORM _tscl_emulator.check_table_owner(relation);
            INSERT INTO _timescaledb_catalog.hypertable (schema_name, table_name, num_dimensions, replication_factor, relation)
            SELECT _tscl_emulator.schema_name(relnamespace), relname, jsonb_array_length(dimensions), -1, oid
            FROM pg_class WHERE oid = $1
            RETURNING id INTO new_id;
            INSERT INTO _timescaledb_catalog.dimension (hypertable_id, column_name, column_type, num_slices, interval_length)
            SELECT new_id, column_name, column_type::regtype, num_slices, interval_length
            FROM jsonb_to_recordset(dimensions)
                AS d (column_name name, column_type text, num_slices smallint, interval_length bigint);
            PERFORM _tscl_emulator.block_inserts(relation);
            RETURN new_id;
        END $$;

        CREATE FUNCTION _timescaledb_functions.insert_blocker() RETURNS trigger
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.not_emulated('rows of a distributed hypertable');
            RETURN NULL;
        END $$;

        CREATE FUNCTION _tscl_emulator.block_inserts(relation regclass) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            EXECUTE format('CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON %s FOR EACH ROW '
                'EXECUTE FUNCTION _timescaledb_functions.insert_blocker()', relation);
        END $$;

        -- Makes the table of a hypertable on data nodes, as its owner, and notes the nodes.
        CREATE FUNCTION _tscl_emulator.assign_nodes(relation regclass, nodes name[]) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            distributed CONSTANT _timescaledb_catalog.hypertable := _tscl_emulator.hypertable(relation);
            as_role CONSTANT name := _tscl_emulator.table_owner(relation);
            dimensions CONSTANT jsonb := (
                SELECT jsonb_agg(jsonb_build_object('column_name', column_name, 'column_type', column_type::text,
                    'num_slices', num_slices, 'interval_length', interval_length) ORDER BY id)
                FROM _timescaledb_catalog.dimension WHERE hypertable_id = distributed.id);
        BEGIN
            PERFORM _tscl_emulator.run_on(nodes, as_role, command) FROM _tscl_emulator.table_definition(relation) AS command;
            INSERT INTO _timescaledb_catalog.hypertable_data_node (hypertable_id, node_hypertable_id, node_name)
            SELECT distributed.id, member::integer, node
            FROM unnest(nodes) AS node, _tscl_emulator.server(node) AS server,
                _tscl_emulator.ask(_tscl_emulator.enlist(server, as_role), node,
                    format('SELECT _tscl_emulator.add_member(%L, %L)', relation, dimensions)) AS member;
        END $$;

        CREATE FUNCTION public.create_distributed_hypertable(
            relation regclass, time_column_name name, partitioning_column name DEFAULT NULL,
            number_partitions integer DEFAULT NULL, associated_schema_name name DEFAULT NULL,
            associated_table_prefix name DEFAULT NULL, chunk_time_interval anyelement DEFAULT NULL::bigint,
            create_default_indexes boolean DEFAULT true, if_not_exists boolean DEFAULT false,
            partitioning_func regproc DEFAULT NULL, migrate_data boolean DEFAULT false, chunk_target_size text DEFAULT NULL,
            chunk_sizing_func regproc DEFAULT NULL, time_partitioning_func regproc DEFAULT NULL,
            replication_factor integer DEFAULT NULL, data_nodes name[] DEFAULT NULL)
        RETURNS TABLE (hypertable_id integer, schema_name name, table_name name, created boolean)
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_variable
        DECLARE
            nodes name[];
            time_type regtype;
            space_type regtype;
            filled boolean;
            h _timescaledb_catalog.hypertable;
        BEGIN
            PERFORM _tscl_emulator.warn_deprecated('distributed hypertable');
            IF relation IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'relation cannot be NULL');
            ELSIF time_column_name IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'partition column cannot be NULL');
            ELSIF migrate_data THEN
                PERFORM _tscl_emulator.fail('0A000', 'cannot migrate data for distributed hypertable');
            END IF;
            SELECT relname, _tscl_emulator.schema_name(relnamespace) INTO table_name, schema_name
            FROM pg_class WHERE oid = relation;
            h := _tscl_emulator.hypertable(relation);
            IF h.id IS NOT NULL THEN
                IF NOT if_not_exists THEN
                    PERFORM _tscl_emulator.fail('TS110', format('table "%s" is already a hypertable', table_name));
                END IF;
                RAISE NOTICE USING ERRCODE = 'TS110',
                    MESSAGE = format('table "%s" is already a hypertable, skipping', table_name);
                hypertable_id := h.id;
                created := false;
                RETURN NEXT;
                RETURN;
            END IF;

            nodes := _tscl_emulator.assignable_nodes(data_nodes);
            replication_factor := coalesce(replication_factor,
                current_setting('timescaledb.hypertable_replication_factor_default', true)::integer, 1);
            PERFORM _tscl_emulator.check_replication_factor(relation, replication_factor, cardinality(nodes));
            PERFORM _tscl_emulator.check_table_owner(relation);
            IF (SELECT relkind <> 'r' OR relpersistence <> 'p' FROM pg_class WHERE oid = relation) THEN
                PERFORM _tscl_emulator.not_emulated('hypertables of anything but permanent tables');
            END IF;
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation) INTO filled;
            IF filled THEN
                PERFORM _tscl_emulator.fail('0A000', format('table "%s" is not empty', table_name), '',
                    'You can migrate data by specifying ''migrate_data => true'' when calling this function.');
            END IF;

            time_type := _tscl_emulator.column_type(relation, time_column_name);
            IF partitioning_column IS NOT NULL THEN
                space_type := _tscl_emulator.column_type(relation, partitioning_column);
                number_partitions := coalesce(number_partitions, cardinality(nodes));
            END IF;
            IF NOT (SELECT attnotnull FROM pg_attribute WHERE attrelid = relation AND attname = time_column_name) THEN
                RAISE NOTICE 'adding not-null constraint to column "%"', time_column_name
                    USING DETAIL = 'Dimensions cannot have NULL values.';
                EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, time_column_name);
            END IF;
            IF create_default_indexes THEN
                IF partitioning_column IS NOT NULL THEN
                    EXECUTE format('CREATE INDEX ON %s (%I, %I DESC)', relation, partitioning_column, time_column_name);
                END IF;
                EXECUTE format('CREATE INDEX ON %s (%I DESC)', relation, time_column_name);
            END IF;

            INSERT INTO _timescaledb_catalog.hypertable (schema_name, table_name, num_dimensions, replication_factor, relation)
            VALUES (schema_name, table_name, 2 - (partitioning_column IS NULL)::integer, replication_factor, relation)
            RETURNING id INTO hypertable_id;
            INSERT INTO _timescaledb_catalog.dimension (hypertable_id, column_name, column_type, num_slices, interval_length)
            SELECT hypertable_id, time_column_name, time_type, NULL, _tscl_emulator.interval_length(chunk_time_interval::text,
                pg_typeof(chunk_time_interval), time_type)
            UNION ALL
            SELECT hypertable_id, partitioning_column, space_type, number_partitions, NULL
            WHERE partitioning_column IS NOT NULL;
            PERFORM _tscl_emulator.assign_nodes(relation, nodes);
            PERFORM _tscl_emulator.block_inserts(relation);
            PERFORM _tscl_emulator.warn_of_partitions(hypertable_id);
            created := true;
            RETURN NEXT;
        END $$;

        -- The length of chunks in the unit of the time column, which for times is a microsecond.
        CREATE FUNCTION _tscl_emulator.interval_length(value text, value_type regtype, time_type regtype) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF value_type = 'interval'::regtype THEN
                RETURN extract(epoch FROM value::interval) * 1000000;
            ELSIF value IS NULL AND time_type IN ('smallint', 'integer', 'bigint') THEN
                PERFORM _tscl_emulator.fail('22023', 'integer dimensions require an explicit interval');
            END IF;
            RETURN coalesce(value::bigint, 604800000000);
        END $$;

        CREATE FUNCTION _tscl_emulator.warn_of_partitions(hypertable integer) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            nodes CONSTANT integer := (
                SELECT count(*) FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = hypertable);
            space name;
        BEGIN
            SELECT column_name INTO space FROM _timescaledb_catalog.dimension
            WHERE hypertable_id = hypertable AND num_slices < nodes ORDER BY id LIMIT 1;
            IF FOUND THEN
                RAISE WARNING 'insufficient number of partitions for dimension "%"', space USING
                    DETAIL = 'There are not enough partitions to make use of all data nodes.',
                    HINT = format('Increase the number of partitions in dimension "%s" to match or exceed '
                        'the number of attached data nodes.', space);
            END IF;
        END $$;

        CREATE FUNCTION public.set_replication_factor(hypertable regclass, replication_factor integer) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_variable
        DECLARE
            h _timescaledb_catalog.hypertable;
        BEGIN
            IF hypertable IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'invalid hypertable: cannot be NULL');
            END IF;
            h := _tscl_emulator.distributed_hypertable(hypertable);
            PERFORM _tscl_emulator.check_table_owner(hypertable);
            PERFORM _tscl_emulator.check_replication_factor(hypertable, replication_factor,
                (SELECT count(*)::integer FROM _timescaledb_catalog.hypertable_data_node WHERE hypertable_id = h.id));
            UPDATE _timescaledb_catalog.hypertable t SET replication_factor = $2 WHERE t.id = h.id;
        END $$;
        """#
}
