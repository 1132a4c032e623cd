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

    /// The text of an interval as PostgreSQL writes it with IntervalStyle postgres, whatever the session has: a session with
    /// another style would take some of the others for other intervals.
    ///
    /// - Parameter interval: NULL stays NULL.
    static func plain(_ interval: SQL) -> SQL {
        // What is positive beside something negative says so, as nobody is to take the sign of one part for that of all.
        func part(_ name: SQL, _ unit: SQL) -> SQL {
            """
            CASE WHEN p.\(raw: name) <> 0 THEN CASE WHEN p.\(raw: name) > 0 THEN p.plus ELSE '' END || p.\(raw: name) || ' \(raw: unit)' \
            || CASE WHEN p.\(raw: name) = 1 THEN '' ELSE 's' END END
            """
        }
        return """
            (SELECT CASE WHEN v.i IS NULL OR pg_catalog.current_setting('IntervalStyle') = 'postgres' THEN v.i::text
                         ELSE pg_catalog.concat_ws(
                                  ' ', \(raw: part("years", "year")), \(raw: part("months", "mon")),
                                  \(raw: part("days", "day")),
                                  CASE WHEN p.seconds <> 0 OR p.years = 0 AND p.months = 0 AND p.days = 0
                                       THEN CASE WHEN p.seconds < 0 THEN '-' WHEN p.seconds > 0 THEN p.plus ELSE '' END
                                            || pg_catalog.regexp_replace(
                                                   pg_catalog.to_char(
                                                       pg_catalog.make_interval(secs => pg_catalog.abs(p.seconds)::float8),
                                                       'HH24:MI:SS.US'), '[.]?0+$', '') END) END
               FROM (SELECT (\(raw: interval)) AS i) v
              CROSS JOIN LATERAL (
                    SELECT EXTRACT(year FROM v.i)::int AS years, EXTRACT(month FROM v.i)::int AS months,
                           EXTRACT(day FROM v.i)::int AS days,
                           (EXTRACT(hour FROM v.i) * 3600 + EXTRACT(minute FROM v.i) * 60 + EXTRACT(second FROM v.i))::numeric
                               AS seconds) e
              CROSS JOIN LATERAL (
                    SELECT e.years, e.months, e.days, e.seconds,
                           CASE WHEN LEAST(e.years, e.months, e.days, e.seconds) < 0 THEN '+' ELSE '' END AS plus) p)
            """
    }
}
