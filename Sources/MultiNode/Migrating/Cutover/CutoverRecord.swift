/// What the cut-over writes into `tscl_migrate.hypertable`.
extension Migration {
    /// The jobs that are off for the migration, and were on before.
    package var jobsOff: Set<Int> {
        Set(undo.compactMap { $0.firstMatch(of: #/alter_job"?\((\d+), scheduled => true/#).flatMap { Int($0.1) } })
    }

    /// What is recorded to be taken back, in its order.
    package var undoing: [SQL] { undo.map { SQL.fromCatalog($0) } }

    var isThis: SQL {
        "cluster = \(cluster, type: "text") AND source_id = \(String(sourceID), type: "int")"
    }

    /// What an undo has left on another server never counts again: ``keepsRows``.
    private static let mayBeCutOver: SQL = "state = 'copying' AND cut_over_at IS NULL"

    /// For the target, in the transaction that exchanges the names, behind the look at the copies under the lock.
    ///
    /// What was written to another server since the rows arrived there (``recordArrival``) counts as written since.
    ///
    /// - Parameters:
    ///   - undo: what takes back what is beside the tables' names, on the access node.
    ///   - pause: how long those that write had waited by then.
    package func recordCutover(undo: [SQL], pause: Duration) -> SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET state = 'cut over', undo = \(undo.map(\.inlined), type: "text[]"), verified_at = NULL,
               cut_over_at = pg_catalog.clock_timestamp(), pause_ms = \(String(pause / .milliseconds(1)), type: "float8"),
               looked_xmin = CASE WHEN cut_over_xmin IS NULL
                   THEN pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()) ELSE looked_xmin END,
               cut_over_xmin = COALESCE(
                   cut_over_xmin, pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()))
         WHERE \(raw: isThis) AND \(raw: Self.mayBeCutOver)
        """
    }

    /// For a target that is another server, in the transaction behind which nothing is copied any more: whoever loses the old
    /// table may write there before the new one is recorded as the one that counts.
    package var recordArrival: SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET cut_over_xmin = pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()),
               looked_xmin = pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot())
         WHERE \(raw: isThis) AND \(raw: Self.mayBeCutOver)
        """
    }

    /// For the target: what is to be taken back before the cut-over: jobs that are off. The old table has its name.
    package func recordUndo(_ undo: [SQL]) -> SQL {
        """
        UPDATE tscl_migrate.hypertable SET undo = \(undo.map(\.inlined), type: "text[]"), cut_over_xmin = NULL
         WHERE \(raw: isThis) AND state = 'copying'
        """
    }

    /// For a target that is another server, while the old table has its name and nobody writes to it: what has arrived in an
    /// attempt that failed does not count, and is copied to again.
    package var recordStay: SQL {
        """
        UPDATE tscl_migrate.hypertable SET cut_over_xmin = NULL
         WHERE \(raw: isThis) AND \(raw: Self.mayBeCutOver) AND cut_over_xmin IS NOT NULL
        """
    }

    /// For the target: the old table has its name again.
    package var recordReturn: SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET state = 'copying', undo = '{}', cut_over_at = NULL, cut_over_xmin = NULL, verified_at = NULL
         WHERE \(raw: isThis) AND state = 'cut over'
        """
    }

    /// For a target that is another server: its table counts no more. What is to be taken back on the access node is kept.
    ///
    /// - Parameter rows: whether rows stay there that nothing else has: until the migration is forgotten,
    ///   ``Migration/keepsRows``.
    package func recordLeaving(keeping rows: Bool) -> SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET state = 'copying', cut_over_at = \(raw: rows ? "cut_over_at" : "NULL"), cut_over_xmin = NULL,
               verified_at = NULL
         WHERE \(raw: isThis) AND state = 'cut over'
        """
    }

    /// For the target, behind ``MigrationStore/renewal`` and this cut-over: the old one of a materialized view has rows that the new
    /// one lacks.
    ///
    /// - Parameter view: the old one, as it is called by then.
    package func recordKept(_ view: TableName) -> SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET kept_views = kept_views || pg_catalog.concat(cut_over_xmin, ' ', \(literal: view.quoted))
         WHERE \(raw: isThis) AND state = 'cut over'
        """
    }

    /// For the target: what that has recorded of this cut-over: quoted names.
    package var keptViews: SQL {
        """
        SELECT DISTINCT pg_catalog.substr(v.text, pg_catalog.strpos(v.text, ' ') + 1) AS name
          FROM tscl_migrate.hypertable h
         CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(pg_catalog.to_jsonb(h) -> 'kept_views') v (text)
         WHERE \(raw: isThis) AND v.text LIKE pg_catalog.concat(h.cut_over_xmin, ' %')
        """
    }

    /// For the target: nothing is left to be done of it.
    package var forget: SQL { "DELETE FROM tscl_migrate.hypertable WHERE \(raw: isThis)" }

    /// For the target: the state as it is now: `state`, `pause_ms`, and whether a verify has passed since, `is_verified`.
    package var standing: SQL {
        """
        SELECT state, pause_ms, COALESCE(verified_at > cut_over_at, false) AS is_verified
          FROM tscl_migrate.hypertable WHERE \(raw: isThis)
        """
    }

    /// For the access node: what the old table is called now, by its number: `schema` and `name`; no row where it is gone.
    package var nameNow: SQL {
        """
        SELECT schema_name AS schema, table_name AS name
          FROM _timescaledb_catalog.hypertable WHERE id = \(sourceID)
        """
    }
}
