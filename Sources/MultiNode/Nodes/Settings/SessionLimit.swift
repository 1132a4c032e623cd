/// A limit that new sessions of a role have on a server, with what has set it.
package struct SessionLimit: Sendable, Equatable {
    /// What has set it, from what counts most.
    package enum Origin: Sendable, Equatable {
        case role(String, database: String?)
        case database(String)
        case allRoles
        /// Its files or its command line.
        case server
    }

    package let name: String
    /// In its own words: a number without a unit is in milliseconds.
    package let value: String
    package let origin: Origin

    package init(_ name: String, _ value: String, _ origin: Origin) {
        (self.name, self.value, self.origin) = (name, value, origin)
    }

    /// - Parameter row: of ``query(role:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        name = row["name"] ?? ""
        value = row["value"] ?? ""
        origin =
            switch (row["role"], row["database"]) {
            case (let role?, let database): .role(role, database: database)
            case (nil, let database?): .database(database)
            case (nil, nil): row.flag("of_server") ? .server : .allRoles
            }
    }

    /// Those that end nothing are left out.
    ///
    /// - Parameter rows: of ``query(role:)``.
    package static func list(_ rows: [[String: String?]]) -> [SessionLimit] {
        rows.map { SessionLimit(row: $0) }.filter { !SessionSetting.isOff($0.value) }
    }

    /// In milliseconds; nil where it is no time.
    package var milliseconds: Int? {
        let digits = value.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits) else { return nil }
        let unit = value.dropFirst(digits.count).drop { $0 == " " }
        let factors: [Substring: Double] = [
            "us": 0.001, "": 1, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
        ]
        return factors[unit].map { Int((number * $0).rounded(.up)) }
    }

    /// `statement_timeout = 300ms`; what has no unit is told with one.
    var setting: String {
        let isBare = !value.isEmpty && value.allSatisfy(\.isNumber)
        return "\(name) = \(value)\(isBare ? "ms" : "")"
    }

    /// `statement_timeout = 300ms, which ALTER ROLE has set for app`.
    package var text: String {
        switch origin {
        case .role(let role, nil): "\(setting), set for the role \(role)"
        case .role(let role, let database?): "\(setting), set for the role \(role) in the database \(database)"
        case .database(let database): "\(setting), set for the database \(database)"
        case .allRoles: "\(setting), set for all roles"
        case .server: "\(setting), set for the whole server"
        }
    }

    /// The statement that takes it back, on the server that has it.
    package var reset: String {
        switch origin {
        case .role(let role, let database):
            "ALTER ROLE \(Quoting.identifier(role))"
                + (database.map { " IN DATABASE \(Quoting.identifier($0))" } ?? "") + " RESET \(name)"
        case .database(let database): "ALTER DATABASE \(Quoting.identifier(database)) RESET \(name)"
        case .allRoles: "ALTER ROLE ALL RESET \(name)"
        case .server: "ALTER SYSTEM SET \(name) = 0, and SELECT pg_reload_conf()"
        }
    }

    /// What takes it back, as a command or as what is to be typed there.
    ///
    /// - Parameter node: nil for the access node.
    package func remedy(on node: String?) -> String {
        guard let node else { return origin == .server ? "on the access node: \(reset)" : "sql \(reset)" }
        return "on the server of \(node): \(reset)"
    }

    /// The setting that ends what fails with an SQLSTATE (appendix A of the PostgreSQL manual); nil where none does.
    package static func name(endingWith sqlstate: String?) -> String? {
        switch sqlstate {
        // query_canceled
        case "57014": "statement_timeout"
        // lock_not_available
        case "55P03": "lock_timeout"
        // idle_in_transaction_session_timeout
        case "25P03": "idle_in_transaction_session_timeout"
        // idle_session_timeout
        case "57P05": "idle_session_timeout"
        // transaction_timeout
        case "25P04": "transaction_timeout"
        // read_only_sql_transaction
        case "25006": SessionSetting.readOnly
        default: nil
        }
    }

    /// For any server: what of these a new session of a role has there in the current database, one row each with what
    /// counts most. What the server itself has is told where nothing else counts more.
    package static func query(role: String) -> SQL {
        """
        SELECT DISTINCT ON (x.name) x.name, x.value, x.role, x.database, x.of_server
          FROM (SELECT pg_catalog.split_part(c.setting, '=', 1) AS name,
                       pg_catalog.substr(c.setting, pg_catalog.strpos(c.setting, '=') + 1) AS value,
                       r.rolname::text AS role, d.datname::text AS database, false AS of_server,
                       CASE WHEN s.setrole <> 0 THEN 0 ELSE 2 END + CASE WHEN s.setdatabase <> 0 THEN 0 ELSE 1 END AS rank
                  FROM pg_catalog.pg_db_role_setting s
                  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                  LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                 CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
                 WHERE (s.setrole = 0 OR r.rolname = \(role, type: "name"))
                   AND (s.setdatabase = 0 OR d.datname = pg_catalog.current_database())
                UNION ALL
                SELECT g.name, g.reset_val, NULL, NULL, true, 4
                  FROM pg_catalog.pg_settings g
                 WHERE NOT EXISTS (
                       SELECT FROM pg_catalog.pg_db_role_setting s
                        CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) c (setting)
                        WHERE s.setrole = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
                          AND pg_catalog.split_part(c.setting, '=', 1) = g.name)) x
         WHERE x.name = ANY (\(SessionSetting.timeouts + ["transaction_timeout", SessionSetting.readOnly], type: "text[]"))
         ORDER BY x.name, x.rank
        """
    }
}
