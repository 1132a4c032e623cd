/// The settings by which a role, a database or a server ends what takes long, or has transactions begin otherwise than
/// tscl's statements rely on. Where tscl works step by step, its own sessions set them aside, as those of pg_dump do; what
/// the user has written goes by them. `default_transaction_read_only` is not among them: it protects what is there.
package enum SessionLimits {
    /// With the value that ends nothing; those that a version does not have are passed over.
    private static let harmless = [
        ("lock_timeout", "0"), ("idle_in_transaction_session_timeout", "0"),
        ("idle_session_timeout", "0"), ("transaction_timeout", "0"),
        ("default_transaction_isolation", "read committed"), ("default_transaction_deferrable", "off"),
    ]

    /// Sets them aside for the session, and tells what they were: a row for each that was another, with `name` and `before`.
    /// A session behind a pooler is somebody else's next, and stays as it is.
    ///
    /// The first statement is as short as can be, for it may be ended itself.
    ///
    /// - Parameter process: of the session, as it was told when it was opened.
    package static func settingAside(process: Int) -> [SQL] {
        let values = harmless.map { "(\(literal: $0), \(literal: $1))" as SQL }.joined(separator: ", ")
        let isOwn: SQL = "pg_catalog.pg_backend_pid() = \(literal: process)"
        return [
            """
            SELECT 'statement_timeout' AS name, pg_catalog.current_setting('statement_timeout') AS before,
                   pg_catalog.set_config('statement_timeout', '0', false) AS now
             WHERE \(raw: isOwn)
            """,
            """
            SELECT s.name, s.setting AS before, pg_catalog.set_config(s.name, v.value, false) AS now
              FROM pg_catalog.pg_settings s
              JOIN (VALUES \(raw: values)) v (name, value) ON v.name = s.name
             WHERE s.setting <> v.value AND \(raw: isOwn)
            """,
        ]
    }

    /// Gives the session back what ``settingAside(process:)`` told.
    package static func restoring(_ before: [(name: String, value: String)]) -> SQL {
        """
        SELECT pg_catalog.set_config(v.name, v.value, false)
          FROM ROWS FROM (pg_catalog.unnest(\(before.map(\.name), type: "text[]")),
                         pg_catalog.unnest(\(before.map(\.value), type: "text[]"))) AS v (name, value)
        """
    }

    /// Takes a time limit of tscl's own back: nothing where the role's was set aside, behind a pooler what was there.
    ///
    /// - Parameter process: of the session, as it was told when it was opened.
    package static func endingOwnLimit(process: Int) -> SQL {
        """
        SELECT pg_catalog.set_config(s.name, CASE WHEN pg_catalog.pg_backend_pid() = \(String(process), type: "int")
                                                  THEN '0' ELSE s.reset_val END, false)
          FROM pg_catalog.pg_settings s WHERE s.name = 'statement_timeout'
        """
    }
}
