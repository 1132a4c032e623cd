/// Where the access node looks for the certificates and keys of roles (TimescaleDB, `make_user_path`): in one folder, under
/// the MD5 sum of the role's name on the data nodes.
package enum CertificatePlace {
    /// For roles as they are called on the nodes: columns `role`, `sum`, `data_directory`, which is NULL where this role may
    /// not see it, `folder`, the setting of `timescaledb.ssl_dir`, and `ssl`.
    package static func list(for logins: [String]) -> SQL {
        """
        SELECT r.role, pg_catalog.md5(r.role) AS sum, pg_catalog.current_setting('ssl') = 'on' AS ssl,
               \(raw: RestrictedSetting.dataDirectory.expression) AS data_directory,
               pg_catalog.current_setting('timescaledb.ssl_dir', true) AS folder
          FROM pg_catalog.unnest(\(logins, type: "text[]")) WITH ORDINALITY AS r (role, number)
         ORDER BY r.number
        """
    }
}
