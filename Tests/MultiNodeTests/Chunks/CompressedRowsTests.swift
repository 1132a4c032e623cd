import Testing

@testable import MultiNode

/// Rows that were kept as TimescaleDB has compressed them.
@Suite struct CompressedRowsTests {
    private let row: [String: String?] = [
        "schema": "public", "name": "m", "library": "$libdir/timescaledb-2.13.1", "columns": #"{time,"V v"}"#,
        "types": #"{"timestamp with time zone",numeric}"#,
    ]

    @Test func eachValueIsRead() {
        let rows = CompressedRows(row: row, of: TableName(schema: "i", name: "compress_7_tscl_chunk"))
        #expect(rows.table == TableName(schema: "public", name: "m"))
        #expect(
            rows.preparing
                == "CREATE FUNCTION pg_temp.tscl_values(_timescaledb_internal.compressed_data, anyelement) RETURNS SETOF anyelement "
                + "LANGUAGE C AS '$libdir/timescaledb-2.13.1', 'ts_compressed_data_decompress_forward'")
        #expect(
            rows.reading(["time", "device", "V v"])
                == #"SELECT y."time", x."device", y."V v" FROM "i"."compress_7_tscl_chunk" x CROSS JOIN LATERAL ROWS FROM "#
                + #"(pg_catalog.generate_series(1, x._ts_meta_count), pg_temp.tscl_values(x."time", CAST(NULL AS timestamp with time zone)), "#
                + #"pg_temp.tscl_values(x."V v", CAST(NULL AS numeric))) y ("tscl number", "time", "V v")"#)
    }
}
