extension SQL {
    /// The text of a time as PostgreSQL writes it with DateStyle ISO, whatever the session has: nobody can tell the day from
    /// the month in the others, nor read their abbreviations of time zones back.
    ///
    /// - Parameter time: of type timestamptz, timestamp or date; a number stays one.
    static func iso(_ time: SQL) -> SQL {
        // JSON has ISO 8601, in the time zone of the session: with a T, and with the minutes of the zone, which PostgreSQL
        // leaves out where there are none.
        """
        CASE WHEN pg_catalog.current_setting('DateStyle') LIKE 'ISO%' THEN (\(raw: time))::text
             ELSE pg_catalog.regexp_replace(
                      pg_catalog.replace(pg_catalog.to_json(\(raw: time)) #>> '{}', 'T', ' '),
                      '([-+][0-9]{2}):00( BC)?$', '\\1\\2') END
        """
    }
}
