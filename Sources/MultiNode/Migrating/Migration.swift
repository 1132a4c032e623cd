/// The migration of one hypertable, as it is recorded.
package struct Migration: Sendable, Equatable {
    package enum State: String, Sendable { case copying, cutOver = "cut over" }

    /// How messages name another server that rows go to.
    package static let targetName = "the target"

    /// The access node's `dist_uuid`.
    package let cluster: String
    /// The number of the distributed hypertable in the access node's catalog.
    package let sourceID: Int
    /// Its name before the cut-over.
    package let source: TableName
    /// The new table's name before the cut-over: in place another one, elsewhere the same.
    package let target: TableName
    package let state: State
    /// By which name the findings were accepted that don't come along.
    package let accepted: [String]
    package let undo: [String]
    /// What the old table was besides its rows when the new one was made.
    package let definition: String?
    package let cutOverXmin: Int?
    /// Whether it was looked under the cut-over's lock that nobody had written to the copies before: then what they have
    /// less or other now was written since.
    package let wasLookedAt: Bool
    /// Whether an undo has left the new table on another server, with rows that nothing else has, and the migration is only to
    /// be forgotten: the table is neither written nor dropped any more.
    package let keepsRows: Bool
    package let verifiedAt: String?
    /// Where its continuous aggregates are still to be made anew behind an undo, each part by itself (``recordUnrefreshed(_:jobs:)``), in
    /// the units of the dimension.
    package let unrefreshed: [ClosedRange<Int>]

    package init(
        cluster: String, sourceID: Int, source: TableName, target: TableName, state: State = .copying,
        accepted: [String] = [], undo: [String] = [], definition: String? = nil, cutOverXmin: Int? = nil,
        wasLookedAt: Bool = true, keepsRows: Bool = false, verifiedAt: String? = nil,
        unrefreshed: [ClosedRange<Int>] = []
    ) {
        self.cluster = cluster
        self.sourceID = sourceID
        self.source = source
        self.target = target
        self.state = state
        self.accepted = accepted
        self.undo = undo
        self.definition = definition
        self.cutOverXmin = cutOverXmin
        self.wasLookedAt = wasLookedAt
        self.keepsRows = keepsRows
        self.verifiedAt = verifiedAt
        self.unrefreshed = unrefreshed
    }

    /// - Parameter row: of ``list(ofCluster:)``.
    package init(row: [String: String?]) {
        let row = Row(row)
        self.init(
            cluster: row["cluster"] ?? "", sourceID: row.integer("source_id"),
            source: TableName(schema: row["source_schema"], name: row["source_name"] ?? ""),
            target: TableName(schema: row["target_schema"], name: row["target_name"] ?? ""),
            state: row["state"].flatMap(State.init) ?? .copying, accepted: row.array("accepted"),
            undo: row.array("undo"),
            definition: row["definition"],
            cutOverXmin: row.optionalInteger("cut_over_xmin"), wasLookedAt: row.flag("was_looked_at"),
            keepsRows: row.flag("keeps_rows"),
            verifiedAt: row["verified_at"], unrefreshed: Self.unrefreshed(row.array("unrefreshed")))
    }

    /// For the target: those of one cluster, by name.
    package static func list(ofCluster cluster: String) -> SQL {
        """
        SELECT cluster, source_id, source_schema, source_name, target_schema, target_name, state, accepted, undo,
               definition, cut_over_xmin,
               (pg_catalog.to_jsonb(h) ->> 'looked_xmin')::bigint IS NOT DISTINCT FROM cut_over_xmin AS was_looked_at,
               state = 'copying' AND cut_over_at IS NOT NULL AS keeps_rows, verified_at,
               ARRAY(SELECT b.bound FROM pg_catalog.jsonb_array_elements_text(pg_catalog.to_jsonb(h) -> 'unrefreshed')
                                          WITH ORDINALITY b (bound, place) ORDER BY b.place) AS unrefreshed
          FROM tscl_migrate.hypertable h
         WHERE cluster = \(cluster, type: "text")
         ORDER BY source_schema, source_name
        """
    }

    /// For the target, behind the new table's making and in its transaction: records a migration that begins; nothing where it
    /// is recorded.
    ///
    /// - Parameter renames: `{"kind", "schema", "name", "new"}` each, as JSON.
    package func begin(renames: String) -> SQL {
        """
        INSERT INTO tscl_migrate.hypertable (cluster, source_id, source_schema, source_name, target_schema, target_name,
                                             target_relation, renames, accepted, definition)
        VALUES (\(cluster, type: "text"), \(sourceID), \(source.schema ?? "public", type: "name"),
                \(source.name, type: "name"), \(target.schema ?? "public", type: "name"), \(target.name, type: "name"),
                \(raw: Self.relation(target)), \(renames, type: "jsonb"), \(accepted, type: "text[]"), \(definition))
            ON CONFLICT DO NOTHING
        """
    }
}

extension Migration {
    /// What the new table is called now.
    package var current: TableName { state == .cutOver ? source : target }

    /// What the distributed table is called now.
    package var distributed: TableName { state == .cutOver ? aside : source }

    /// For the target: records that both sides were compared, and none differed; no row where a cut-over, or what takes it
    /// back, came in between: then it is not known which of both was compared.
    ///
    /// - Parameters:
    ///   - phase: what ``unverified`` has told.
    ///   - accepted: what was let pass besides, by name.
    package func verified(in phase: String, accepting accepted: [String] = []) -> SQL {
        let more: SQL =
            accepted.isEmpty ? "" : ", accepted = accepted || \(accepted, type: "text[]")"
        return """
            UPDATE tscl_migrate.hypertable SET verified_at = pg_catalog.clock_timestamp()\(raw: more)
             WHERE cluster = \(cluster, type: "text") AND source_id = \(sourceID) AND \(raw: Self.phase) = \(phase, type: "text")
            RETURNING true AS verified
            """
    }

    /// For the target, when a comparison begins: until it has ended well none has. One value, by which another cut-over is
    /// known from this one; none where the state is another one by now.
    package var unverified: SQL {
        """
        UPDATE tscl_migrate.hypertable
           SET verified_at = NULL, accepted = pg_catalog.array_remove(accepted, \(literal: LackingHistory.accepted))
         WHERE cluster = \(cluster, type: "text") AND source_id = \(sourceID) AND state = \(state.rawValue, type: "text")
        RETURNING \(raw: Self.phase) AS phase
        """
    }

    private static let phase: SQL = """
        (state || COALESCE(pg_catalog.to_char(pg_catalog.timezone('UTC', cut_over_at), ' YYYY-MM-DD HH24:MI:SS.US'), ''))
        """

    /// For the target, in a transaction: a row where the chunks may be copied, and as long as the transaction lasts; none
    /// behind the cut-over, or where the migration was taken back, or is about to be forgotten. Nor is there one behind the
    /// arrival on another server, where others may write to the new table by then.
    package var keepCopying: SQL {
        """
        SELECT true AS copying FROM tscl_migrate.hypertable h
         WHERE h.cluster = \(cluster, type: "text") AND h.source_id = \(sourceID) AND \(raw: Self.isCopying("h"))
           FOR SHARE
        """
    }

    /// - Parameter record: the name that `tscl_migrate.hypertable` has in the query.
    static func isCopying(_ record: SQL) -> SQL {
        "\(raw: record).state = 'copying' AND \(raw: record).cut_over_at IS NULL AND \(raw: record).cut_over_xmin IS NULL"
    }

    /// For the target, in a transaction in which the copy is dropped: a row where nothing counts of the new table, and as long
    /// as the transaction lasts.
    package var keepUncounted: SQL {
        """
        SELECT true AS copying FROM tscl_migrate.hypertable
         WHERE cluster = \(cluster, type: "text") AND source_id = \(sourceID) AND state = 'copying'
           AND cut_over_at IS NULL
           FOR SHARE
        """
    }
}
