import MultiNode
import Testing

/// Whether a copy is what was copied.
@Suite struct TargetLookTests {
    private static func record(_ changes: [String: String?] = [:]) -> MigratedChunk {
        let row: [String: String?] = [
            "hypertable_id": "2", "source_id": "7", "source_schema": "i", "source_name": "c7", "state": "copied",
            "target_schema": "i", "target_name": "t7", "row_count": "5", "target_xid": "4294967300", "is_there": "t",
        ]
        return MigratedChunk(row: row.merging(changes) { $1 })
    }

    @Test func rowsOfAnotherTransactionAndAnotherNumberAreAChange() {
        let text = TargetLook.query([Self.record()]).text
        // Of 64 bits of the transaction's number the rows have 32.
        #expect(text.contains("x.xmin OPERATOR(pg_catalog.<>) '4'::pg_catalog.xid"), "\(text)")
        #expect(text.contains("COALESCE(pg_catalog.sum(h.rows), 0) <> 5"), "\(text)")
        #expect(text.contains(#"FROM ONLY "i"."t7" x"#) && !text.contains("_ts_meta_count"), "\(text)")
        #expect(text.contains("a.attisdropped AND pg_catalog.age(a.xmin) <= pg_catalog.age('5'::"), "\(text)")
    }

    /// Nothing is decompressed to be counted.
    @Test func compressedRowsCountAsManyAsTheyAre() {
        let record = Self.record(["compressed_schema_there": "i", "compressed_there": "z7"])
        let text = TargetLook.query([record, Self.record(["source_id": "8"])]).text
        #expect(text.contains(#"pg_catalog.sum(x."_ts_meta_count") FROM ONLY "i"."z7" x"#), "\(text)")
        #expect(text.contains("SELECT 8 AS id"), "\(text)")
    }

    /// An earlier tscl has not recorded it, or an undo has put another number of rows there.
    @Test(arguments: ["target_xid", "row_count", "target_name"]) func whatIsNotKnownIsCopiedAnew(_ column: String) {
        let text = TargetLook.query([Self.record([column: nil])]).text
        #expect(text == "SELECT 7 AS id, true AS changed")
    }

    /// As many rows may be other ones: somebody has deleted one and added another.
    @Test func whatOthersHaveMadeOfACopyIsAskedByTheirTransactions() throws {
        let record = Self.record(["compressed_schema_there": "i", "compressed_there": "z7"])
        let text = try #require(TargetLook.standing(of: record)).text
        #expect(text.contains("COALESCE(pg_catalog.sum(h.rows), 0) - 5 AS added"), "\(text)")
        #expect(text.contains("x.xmin OPERATOR(pg_catalog.<>) '4'::pg_catalog.xid"), "\(text)")
        #expect(text.contains(#"FROM ONLY "i"."z7" x"#), "\(text)")
        for column in ["row_count", "target_name"] {
            #expect(TargetLook.standing(of: Self.record([column: nil])) == nil)
        }
        #expect(TargetLook.standing(of: Self.record(["is_there": "f"])) == nil)
        // Whose they are is not known, and so they count as others'.
        let unknown = try #require(TargetLook.standing(of: Self.record(["target_xid": nil]))).text
        #expect(unknown.contains("<>) '0'::pg_catalog.xid"), "\(unknown)")
        #expect(TargetLook.Standing(row: ["added": "-2", "written": "t"]).isWritten)
    }

    @Test func whatWasAddedIsAskedForWhereThereIsACopyAlone() {
        let text = TargetLook.added(to: Self.record())?.text
        #expect(text == #"SELECT pg_catalog.count(*) - 5 AS added FROM "i"."t7""#)
        #expect(TargetLook.added(to: Self.record(["row_count": nil])) == nil)
        #expect(TargetLook.added(to: Self.record(["is_there": "f"])) == nil)
    }
}
