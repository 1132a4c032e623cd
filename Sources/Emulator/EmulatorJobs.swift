extension Emulator {
    /// Jobs that can be added, altered, run and deleted. There is no scheduler: none runs by itself.
    static let jobs = #"""
        CREATE SEQUENCE _timescaledb_config.bgw_job_id_seq MINVALUE 1000;
        CREATE TABLE _timescaledb_config.bgw_job (
            id integer PRIMARY KEY DEFAULT nextval('_timescaledb_config.bgw_job_id_seq'),
            application_name name NOT NULL,
            schedule_interval interval NOT NULL,
            max_runtime interval NOT NULL DEFAULT '0',
            max_retries integer NOT NULL DEFAULT -1,
            retry_period interval NOT NULL DEFAULT '5 min',
            proc_schema name NOT NULL,
            proc_name name NOT NULL,
            owner regrole NOT NULL,
            scheduled boolean NOT NULL,
            fixed_schedule boolean NOT NULL,
            initial_start timestamptz,
            next_start timestamptz NOT NULL,
            config jsonb,
            check_schema name,
            check_name name,
            timezone text);

        CREATE FUNCTION public.add_job(
            proc regproc, schedule_interval interval, config jsonb DEFAULT NULL, initial_start timestamptz DEFAULT NULL,
            scheduled boolean DEFAULT true, check_config regproc DEFAULT NULL, fixed_schedule boolean DEFAULT true,
            timezone text DEFAULT NULL)
        RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            job integer;
        BEGIN
            IF proc IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'function or procedure cannot be NULL');
            ELSIF schedule_interval IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'schedule interval cannot be NULL');
            ELSIF NOT has_function_privilege(_tscl_emulator.acting_role(), proc::oid, 'EXECUTE') THEN
                PERFORM _tscl_emulator.fail('42501', format('permission denied for function "%s"',
                    (SELECT proname FROM pg_proc WHERE oid = proc)), '',
                    'Job owner must have EXECUTE privilege on the function.');
            END IF;
            IF check_config IS NOT NULL THEN
                EXECUTE format('SELECT %s(%L)', check_config, config);
            END IF;
            job := nextval('_timescaledb_config.bgw_job_id_seq');
            INSERT INTO _timescaledb_config.bgw_job (id, application_name, schedule_interval, proc_schema, proc_name, owner,
                scheduled, fixed_schedule, initial_start, next_start, config, check_schema, check_name, timezone)
            SELECT job, format('User-Defined Action [%s]', job), schedule_interval,
                _tscl_emulator.schema_name(p.pronamespace), p.proname,
                quote_ident(_tscl_emulator.acting_role())::regrole, scheduled, fixed_schedule,
                coalesce(initial_start, CASE WHEN fixed_schedule THEN clock_timestamp() END),
                coalesce(initial_start, '-infinity'), config, _tscl_emulator.schema_name(c.pronamespace), c.proname, timezone
            FROM pg_proc p LEFT JOIN pg_proc c ON c.oid = check_config WHERE p.oid = proc;
            RETURN job;
        END $$;

        -- A job that the role may work on. Those of others are refused in the words of each verb.
        CREATE FUNCTION _tscl_emulator.job(job_id integer, verb text) RETURNS _timescaledb_config.bgw_job
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            job _timescaledb_config.bgw_job;
            role CONSTANT name := _tscl_emulator.acting_role();
        BEGIN
            IF job_id IS NULL THEN
                PERFORM _tscl_emulator.fail('22023', 'job ID cannot be NULL');
            END IF;
            SELECT * INTO job FROM _timescaledb_config.bgw_job WHERE id = job_id;
            IF NOT FOUND THEN
                PERFORM _tscl_emulator.fail('XX000', format('job %s not found', job_id));
            ELSIF pg_has_role(role, job.owner::oid, 'USAGE') THEN
                RETURN job;
            ELSIF verb = 'delete' THEN
                PERFORM _tscl_emulator.fail('42501',
                    format('insufficient permissions to delete job for user "%s"', pg_get_userbyid(job.owner::oid)));
            END IF;
            PERFORM _tscl_emulator.fail('42501', format('insufficient permissions to %s job %s', verb, job_id),
                format('Job %s is owned by role "%s" but user "%s" does not belong to that role.',
                    job_id, pg_get_userbyid(job.owner::oid), role));
        END $$;

        CREATE TYPE _tscl_emulator.altered_job AS (
            job_id integer, schedule_interval interval, max_runtime interval, max_retries integer, retry_period interval,
            scheduled boolean, config jsonb, next_start timestamptz, check_config text, fixed_schedule boolean,
            initial_start timestamptz, timezone text);

        CREATE FUNCTION public.alter_job(
            job_id integer, schedule_interval interval DEFAULT NULL, max_runtime interval DEFAULT NULL,
            max_retries integer DEFAULT NULL, retry_period interval DEFAULT NULL, scheduled boolean DEFAULT NULL,
            config jsonb DEFAULT NULL, next_start timestamptz DEFAULT NULL, if_exists boolean DEFAULT false,
            check_config regproc DEFAULT NULL, fixed_schedule boolean DEFAULT NULL, initial_start timestamptz DEFAULT NULL,
            timezone text DEFAULT NULL)
        RETURNS SETOF _tscl_emulator.altered_job
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        #variable_conflict use_column
        BEGIN
            IF if_exists AND NOT EXISTS (SELECT FROM _timescaledb_config.bgw_job WHERE id = $1) THEN
                RAISE NOTICE USING ERRCODE = '42704', MESSAGE = format('job %s not found, skipping', $1);
                RETURN NEXT NULL::_tscl_emulator.altered_job;
                RETURN;
            END IF;
            PERFORM _tscl_emulator.job($1, 'alter');
            RETURN QUERY
                UPDATE _timescaledb_config.bgw_job j SET
                    schedule_interval = coalesce($2, j.schedule_interval), max_runtime = coalesce($3, j.max_runtime),
                    max_retries = coalesce($4, j.max_retries), retry_period = coalesce($5, j.retry_period),
                    scheduled = coalesce($6, j.scheduled), config = coalesce($7, j.config),
                    next_start = coalesce($8, j.next_start), fixed_schedule = coalesce($11, j.fixed_schedule),
                    initial_start = coalesce($12, j.initial_start), timezone = coalesce($13, j.timezone),
                    check_schema = coalesce(
                        (SELECT _tscl_emulator.schema_name(pronamespace) FROM pg_proc WHERE oid = $10), j.check_schema),
                    check_name = coalesce((SELECT proname FROM pg_proc WHERE oid = $10), j.check_name)
                WHERE j.id = $1
                RETURNING j.id, j.schedule_interval, j.max_runtime, j.max_retries, j.retry_period, j.scheduled, j.config,
                    j.next_start, quote_ident(j.check_schema) || '.' || quote_ident(j.check_name), j.fixed_schedule,
                    j.initial_start, j.timezone;
        END $$;

        CREATE FUNCTION public.delete_job(job_id integer) RETURNS void
        LANGUAGE plpgsql STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.job(job_id, 'delete');
            DELETE FROM _timescaledb_config.bgw_job WHERE id = $1;
        END $$;

        -- What runs a job. The caller runs it, as its own role.
        CREATE FUNCTION _tscl_emulator.job_command(job_id integer) RETURNS text
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            job CONSTANT _timescaledb_config.bgw_job := _tscl_emulator.job(job_id, 'run');
        BEGIN
            RETURN (
                SELECT format('%s %I.%I(%L%s)', CASE prokind WHEN 'p' THEN 'CALL' ELSE 'SELECT' END, job.proc_schema,
                    job.proc_name, job.id, format(', %L', job.config))
                FROM pg_proc
                WHERE proname = job.proc_name AND pronamespace = to_regnamespace(quote_ident(job.proc_schema))
                ORDER BY pronargs = 2 DESC LIMIT 1);
        END $$;

        CREATE PROCEDURE public.run_job(job_id integer) LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE _tscl_emulator.job_command(job_id);
        END $$;
        """#
}
