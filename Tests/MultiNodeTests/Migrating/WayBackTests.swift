import Testing

@testable import MultiNode

/// What an access node knows of the way back from another server.
@Suite struct WayBackTests {
    private static let row: [String: String?] = [
        "source_id": "3", "source_schema": "public", "source_name": "m", "jobs": "{1001,1002}", "schema_now": "public",
        "name_now": "m__old",
    ]

    @Test func itIsGoneByWhatIsWrittenDown() throws {
        let back = try #require(WayBack(row: Self.row).goingBack(Servers.version213)).map(\.shown)
        #expect(back[0] == #"DROP TRIGGER IF EXISTS "tscl_migrated" ON "public"."m__old""#)
        #expect(back[1] == #"ALTER TABLE "public"."m__old" RENAME TO "m""#)
        #expect(back[2].contains("(1001, scheduled => true)") && back[3].contains("(1002, scheduled => true)"))
        #expect(back[4] == "DELETE FROM tscl_migrate.way_back WHERE source_id = 3")
    }

    /// Stopped before the table has lost its name, only the jobs are off.
    @Test func aTableThatHasItsNameKeepsIt() throws {
        var row = Self.row
        row["name_now"] = "m"
        let table = WayBack(row: row)
        #expect(!table.isCutOver)
        #expect(try #require(table.goingBack(Servers.version213)).allSatisfy { !$0.text.contains("RENAME") })
    }

    /// A name that was cut off is known to nobody.
    @Test func anEarlierCutOverIsKnownByTheNameAlone() {
        let long = String(repeating: "x", count: 60)
        func found(_ name: String) -> WayBack { WayBack(oldTable: ["id": "3", "schema": "public", "name": name]) }
        #expect(found("m__old").source == TableName(schema: "public", name: "m") && found("m__old").jobs == nil)
        #expect(found(MigrationNames.old(long)).source == nil)
        #expect(found(MigrationNames.old(long)).goingBack(Servers.version213) == nil)
    }
}
