@testable import MultiNode

/// A distributed hypertable as the catalogs have it.
enum DefinitionFixture {
    static func part(
        _ kind: String, _ name: String = "", head: String = "", _ definition: String = "", state: String = "",
        schema: String? = nil
    ) -> [String: String?] {
        ["kind": kind, "name": name, "head": head, "definition": definition, "state": state, "schema": schema]
    }

    static func dimension(_ column: String, interval: Int? = nil, partitions: Int? = nil, of table: Int = 1) -> [String:
        String?]
    {
        [
            "hypertable_id": String(table), "column": column, "interval_length": interval.map { String($0) },
            "num_slices": partitions.map { String($0) },
            "partitioning_func_schema": partitions == nil ? nil : "_timescaledb_internal",
            "partitioning_func": partitions == nil ? nil : "get_partition_hash",
        ]
    }

    static func table(
        _ parts: [[String: String?]], dimensions: [[String: String?]] = [dimension("t", interval: 100)],
        _ more: [String: String?] = [:]
    ) -> PlainHypertable {
        let row: [String: String?] = [
            "id": "1", "schema": "public", "name": "m", "chunk_schema": "_timescaledb_internal",
            "chunk_prefix": "_dist_hyper_1",
        ]
        return PlainHypertable(
            row: row.merging(more) { $1 },
            parts: [part("owner", "app"), part("column", "t", "t int NOT NULL")] + parts,
            dimensions: dimensions.map { PlainDimension(row: $0) })
    }
}
