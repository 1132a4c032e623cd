extension Emulator {
    /// Tells whether the session is in a transaction block, which PostgreSQL tells functions written in C only.
    ///
    /// No clock can tell: with the extended protocol `statement_timestamp()` moves on between the messages of one statement.
    /// But at DEBUG5 the server logs the state of the transaction whenever a subtransaction begins, so the emulator begins
    /// one and reads in the log what the server said: STARTED outside a block, INPROGRESS or IMPLICIT_INPROGRESS inside.
    static let transactionBlock = #"""
        CREATE FUNCTION _tscl_emulator.in_transaction_block() RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET log_min_messages = debug5 AS $$
        DECLARE
            log CONSTANT text := '/proc/self/fd/2';
            -- One session at a time, so that what is read is what was said to this one.
            turn CONSTANT bigint := _tscl_emulator.lock_key('turn', '0');
            position bigint;
            state text;
        BEGIN
            PERFORM pg_advisory_lock(turn);
            BEGIN
                position := (pg_stat_file(log)).size;
                BEGIN
                    PERFORM 1;
                EXCEPTION WHEN division_by_zero THEN
                    -- The handler is there for its subtransaction.
                END;
                -- A log that is no file has no size, and reading from it might wait for ever.
                IF position > 0 THEN
                    state := (regexp_match(pg_read_file(log, position, 65536),
                        '(?:Start|Commit)SubTransaction\(1\)[^\n]*blockState: ([A-Z_]+)'))[1];
                END IF;
            EXCEPTION WHEN OTHERS THEN
                state := NULL;
            END;
            PERFORM pg_advisory_unlock(turn);
            IF state IS NULL THEN
                PERFORM _tscl_emulator.fail('55000', 'the emulator cannot read the log of its server',
                    'It has to know whether it runs in a transaction block, and the log says so.',
                    'Let the server write its log to a file that it may read.');
            END IF;
            RETURN state <> 'STARTED';
        END $$;

        CREATE FUNCTION _tscl_emulator.prevent_in_transaction_block(what text)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF _tscl_emulator.in_transaction_block() THEN
                PERFORM _tscl_emulator.fail('25001', format('%s cannot run inside a transaction block', what));
            END IF;
        END $$;

        -- The advisory lock of a purpose and a transaction.
        CREATE FUNCTION _tscl_emulator.lock_key(purpose text, xid xid8)
        RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
            SELECT hashtextextended(format('tscl emulator %s %s', purpose, xid), 0)
        $$;
        """#
}
