/// What an access node knows itself of the way back from another server: what the migration of a table has changed on it.
///
/// The server's own record says the same, and is gone where the server is lost.
package struct WayBack: Sendable, Equatable {
    /// The number of the distributed hypertable in the access node's catalog.
    package let sourceID: Int
    /// Its name before the cut-over; nil where nobody can tell, as its name was cut off.
    package let source: TableName?
    /// What it is called now; nil where it is gone.
    package let here: TableName?
    /// The jobs that are off for the migration; nil where an earlier tscl has cut it over, and they are not known.
    package let jobs: [Int]?

    /// - Parameter row: of ``list``.
    package init(row: [String: String?]) {
        let row = Row(row)
        sourceID = row.integer("source_id")
        here = row["name_now"].map { TableName(schema: row["schema_now"], name: $0) }
        jobs = row["jobs"] == nil ? nil : row.array("jobs").compactMap { Int($0) }
        source = row["source_name"].map { TableName(schema: row["source_schema"], name: $0) }
    }

    /// - Parameter row: of ``SwapGuard/oldTables``.
    package init(oldTable row: [String: String?]) {
        let row = Row(row)
        sourceID = row.integer("id")
        let old = TableName(schema: row["schema"], name: row["name"] ?? "")
        here = old
        jobs = nil
        let source = TableName(schema: old.schema, name: String(old.name.dropLast(MigrationNames.oldMark.count)))
        let isWhole = MigrationNames.aside(of: source) == old && !MigrationNames.mayBeCutOff(old.name)
        self.source = isWhole ? source : nil
    }

    /// Whether the cut-over has taken its name.
    package var isCutOver: Bool { here != nil && here != source }

    // MARK: The record

    /// For the access node, in a transaction: where it is written down.
    package static let creation: [SQL] = [
        "SET LOCAL client_min_messages = warning", "LOCK TABLE tscl_migrate.target IN SHARE UPDATE EXCLUSIVE MODE",
        """
        CREATE TABLE IF NOT EXISTS tscl_migrate.way_back (
            source_id int PRIMARY KEY, source_schema name NOT NULL, source_name name NOT NULL, jobs int[] NOT NULL)
        """,
    ]

    /// For the access node, before the jobs are turned off.
    package static func record(_ migration: Migration, jobs: Set<Int>) -> SQL {
        """
        INSERT INTO tscl_migrate.way_back (source_id, source_schema, source_name, jobs)
        VALUES (\(String(migration.sourceID), type: "int"), \(migration.source.schema ?? "public", type: "name"),
                \(migration.source.name, type: "name"), \(jobs.sorted().map(String.init), type: "int[]"))
            ON CONFLICT (source_id) DO UPDATE
           SET source_schema = EXCLUDED.source_schema, source_name = EXCLUDED.source_name,
               jobs = ARRAY(SELECT pg_catalog.unnest(way_back.jobs) UNION SELECT pg_catalog.unnest(EXCLUDED.jobs))
        """
    }

    /// For the access node: whether anything is written down; one value. An earlier tscl has not done so.
    package static let isRecorded: SQL =
        "SELECT pg_catalog.to_regclass('tscl_migrate.way_back') IS NOT NULL AS is_there"

    /// For the access node, where it is: one row for each table.
    package static let list: SQL = """
        SELECT w.source_id, w.source_schema, w.source_name, w.jobs, h.schema_name AS schema_now, h.table_name AS name_now
          FROM tscl_migrate.way_back w LEFT JOIN _timescaledb_catalog.hypertable h ON h.id = w.source_id
         ORDER BY w.source_schema, w.source_name
        """

    // MARK: Going it

    /// For the access node: what the migration has turned off goes on, and nothing is left to be taken back of it.
    package func jobsOn(_ capabilities: Capabilities) -> [SQL] {
        guard let jobs else { return [] }
        return jobs.map { DependentPolicy.schedule($0, true, capabilities) } + [
            "DELETE FROM tscl_migrate.way_back WHERE source_id = \(literal: sourceID)"
        ]
    }

    /// For the access node, in one transaction that holds the table: it is the one that it was.
    ///
    /// - Returns: nil where its name is not known, or it is gone.
    package func goingBack(_ capabilities: Capabilities) -> [SQL]? {
        guard let here, let source else { return nil }
        return (isCutOver ? [SwapGuard.lift(from: here), TableSwap.rename(here, to: source)] : [])
            + jobsOn(capabilities)
    }
}
