/// What the server's log has of the values of a statement: with `log_statement` and its like it shows them in the clear
/// (PostgreSQL manual, "Error Reporting and Logging").
package enum ValueLogging {
    /// Keeps values out of the log for the rest of the session; only a superuser may. The statement itself is logged as
    /// before, but by PostgreSQL 12 and earlier, which can't leave its values out.
    static let off = off("false")
    /// The same for the rest of the transaction, for statements too that a block makes: those the log has as the context
    /// of an error, of a long wait or of an end by pg_terminate_backend, pg_stat_statements as they are, and pgaudit as a
    /// part of its line.
    static let offInTransaction = off(
        "true",
        """
        , ('log_error_verbosity', 'terse', true), ('pg_stat_statements.track', 'none', true), \
        ('pgaudit.log_statement', 'off', true)
        """)

    private static func off(_ isLocal: SQL, _ more: SQL = "") -> SQL {
        """
        SELECT pg_catalog.set_config(s.name, v.value, \(raw: isLocal))
          FROM pg_catalog.pg_settings s
          JOIN (VALUES ('log_parameter_max_length', '0', true), ('log_parameter_max_length_on_error', '0', true),
                       ('pgaudit.log_parameter', 'off', true), ('log_statement', 'none', false),
                       ('log_min_duration_statement', '-1', false), ('log_transaction_sample_rate', '0', false)\(raw: more)
               ) v (name, value, is_recent) ON v.name = s.name
         WHERE v.is_recent OR pg_catalog.current_setting('log_parameter_max_length', true) IS NULL
        """
    }

    /// The settings because of which values may get into the log, in a column `name`.
    package static let reasons = reasons("")
    /// Those because of which the password of a user mapping may get there, or into pg_stat_statements.
    package static let reasonsOfMappings = reasons(
        """
        OR s.name = 'log_lock_waits' AND s.setting = 'on'
                   AND pg_catalog.current_setting('log_error_verbosity', true) IS DISTINCT FROM 'terse'
                OR s.name = 'pg_stat_statements.track' AND s.setting = 'all'

        """)

    private static func reasons(_ more: SQL) -> SQL {
        """
        SELECT s.name
          FROM pg_catalog.pg_settings s
         WHERE ((s.name, s.setting) IN (('log_statement', 'all'), ('pgaudit.log_parameter', 'on'))
                OR s.name IN ('log_min_duration_statement', 'log_min_duration_sample') AND s.setting <> '-1'
                OR s.name = 'log_transaction_sample_rate' AND s.setting <> '0')
           AND COALESCE(pg_catalog.current_setting('log_parameter_max_length', true), '-1') <> '0'
            \(raw: more)ORDER BY 1
        """
    }
}
