/// What no two running PostgreSQL servers share, whatever addresses lead to them.
///
/// A system identifier does not tell servers apart: servers made from one image, clones and restored backups share it.
package struct ServerIdentity: Sendable, Hashable {
    /// When the postmaster started, to the microsecond, in UTC.
    package let started: String
    /// The data folder; nil where the role may not see it.
    package let folder: String?

    package init(started: String, folder: String? = nil) {
        self.started = started
        self.folder = folder
    }

    /// - Parameter row: with ``columns``; nil if the row lacks them.
    init?(row: Row) {
        guard let started = row["server_started"] else { return nil }
        self.init(started: started, folder: row["server_folder"])
    }

    /// For a list of SELECT: `server_started` and `server_folder`.
    static let columns: SQL = """
        \(raw: SQL(stringLiteral: startedText)) AS server_started,
               \(raw: RestrictedSetting.dataDirectory.expression) AS server_folder
        """

    static let startedText =
        "pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    /// Whether both are one server. What one of them may not see does not tell them apart.
    package func isSame(as other: ServerIdentity) -> Bool {
        guard started == other.started else { return false }
        guard let folder, let theirs = other.folder else { return true }
        return folder == theirs
    }
}
