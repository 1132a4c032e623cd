/// A chunk in the catalog of any version that rows are migrated to.
enum TargetChunk {
    /// Whether it is there still: later versions keep no chunks that are dropped, and have no column that says so.
    ///
    /// - Parameter chunk: the name that `_timescaledb_catalog.chunk` has in the query.
    static func isThere(_ chunk: SQL) -> SQL {
        "(pg_catalog.to_jsonb(\(raw: chunk)) ->> 'dropped') IS DISTINCT FROM 'true'"
    }
}
