import Testing

@testable import MultiNode

/// Rows of a copy that the source has not when it is made anew.
@Suite struct KeptRowsTests {
    private static func kept(
        _ source: TableName, rows: Int = 2, from was: String = "dn1", missingOn now: String = "dn2"
    ) -> KeptRows? {
        let chunk = TableName(schema: "_timescaledb_internal", name: "c7")
        let note = KeptRows.Note(rows, of: chunk, in: source, from: was, missingOn: now)
        return KeptRows(row: [
            "schema": "s", "name": "c7_replaced", "comment": note.comment, "columns": #"{t,"odd col"}"#,
        ])
    }

    private static func migration(_ source: TableName) -> Migration {
        Migration(cluster: "c", sourceID: 1, source: source, target: TableName(schema: "s", name: "m__new"))
    }

    @Test(arguments: ["m", #"a": b"#, #"""#, "x.y: z"]) func itIsFoundByItsTablesName(_ name: String) throws {
        let source = TableName(schema: #"s": t"#, name: name)
        let kept = try #require(Self.kept(source))
        #expect(kept.isOf(Self.migration(source)))
        #expect(!kept.isOf(Self.migration(TableName(schema: "s", name: name))))
        #expect(kept.told(isInPlace: true).contains("INSERT INTO \(source.quoted) ("))
    }

    @Test func itIsToldWithWhatBringsTheRowsBack() throws {
        let kept = try #require(Self.kept(TableName(schema: "public", name: "m")))
        let insert =
            #"INSERT INTO "public"."m" ("t", "odd col") OVERRIDING SYSTEM VALUE SELECT "t", "odd col" FROM "s"."c7_replaced""#
        #expect(kept.told(isInPlace: true).hasPrefix("s.c7_replaced keeps 2 rows of "))
        #expect(kept.told(isInPlace: true).contains("sql \(insert); then"))
        #expect(kept.told(isInPlace: false).contains("on the target, behind the cut-over: "))
        #expect(kept.told(isInPlace: false).contains(": \(insert); then"))
        #expect(kept.finding.place == Finding.accessNode && kept.finding.remedy.contains("sql \(insert)"))
    }

    @Test func whichNodeHasThemNotIsSaid() throws {
        let table = TableName(schema: "public", name: "m")
        let other = try #require(Self.kept(table)).told(isInPlace: true)
        #expect(other.contains("that were copied from dn1, and dn2 has not"), "\(other)")
        let same = try #require(Self.kept(table, rows: 1, missingOn: "dn1")).told(isInPlace: true)
        #expect(same.contains("1 row of ") && same.contains("from dn1, and are not there any more"), "\(same)")
    }

    @Test func theCommentOfAnyOtherTableIsNone() {
        for comment in ["tscl migrate: of m: x", "rows", nil] {
            #expect(KeptRows(row: ["schema": "s", "name": "t", "comment": comment, "columns": "{}"]) == nil)
        }
    }

    // MARK: Finding them

    @Test func onlyPartsThatTheCopyHasCanHaveRowsOfIt() {
        let (one, other) = (CopyDigest(rows: 1, hash: "5"), CopyDigest(rows: 1, hash: "6"))
        #expect(RowsAside.differing([1: one, 2: one, 3: one], from: [1: one, 2: other, 4: one]) == [2, 3])
        #expect(RowsAside.differing([:], from: [1: one]).isEmpty)
    }
}
