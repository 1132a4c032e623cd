extension Emulator {
    /// Errors and notices with the fields that TimescaleDB gives them.
    static let errors = #"""
        -- RAISE shows an empty detail or hint as one, hence the cases.
        CREATE FUNCTION _tscl_emulator.fail(state text, message text, detail text DEFAULT '', hint text DEFAULT '')
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF detail <> '' AND hint <> '' THEN
                RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail, HINT = hint;
            ELSIF detail <> '' THEN
                RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, DETAIL = detail;
            ELSIF hint <> '' THEN
                RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message, HINT = hint;
            END IF;
            RAISE EXCEPTION USING ERRCODE = state, MESSAGE = message;
        END $$;

        CREATE FUNCTION _tscl_emulator.warn_deprecated(what text)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            RAISE WARNING USING ERRCODE = '01P01', MESSAGE = what || ' is deprecated',
                DETAIL = 'Multi-node is deprecated and will be removed in future releases.';
        END $$;

        CREATE FUNCTION _tscl_emulator.not_emulated(what text)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM _tscl_emulator.fail('0A000', format('%s: not emulated', what), '',
                'The emulator has the control interface of TimescaleDB only. Use servers with TimescaleDB 2.0 to 2.13.');
        END $$;
        """#
}
