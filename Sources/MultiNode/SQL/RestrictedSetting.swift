/// A setting that only the superuser and members of pg_read_all_settings may see (GUC_SUPERUSER_ONLY of PostgreSQL).
enum RestrictedSetting {
    case dataDirectory, preloadedLibraries

    private var name: String {
        switch self {
        case .dataDirectory: "data_directory"
        case .preloadedLibraries: "shared_preload_libraries"
        }
    }

    /// An expression: its value, or NULL where the role may not see it.
    ///
    /// Every command asks for these: pg_settings, which makes a row of each of some 400 settings, would take a fifth of
    /// what the first question to a server takes.
    var expression: SQL {
        """
        CASE WHEN pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') \
        THEN pg_catalog.current_setting(\(literal: name)) END
        """
    }
}
