import MultiNode
import Testing

/// What is found where a data node has more than the access node knows of.
@Suite struct StrayPartsTests {
    private let tables = SharedTables([
        ["id": "1", "schema": "public", "name": "m", "node": "dn1", "number": "5"],
        ["id": "2", "schema": "public", "name": "k", "node": "dn2", "number": "5"],
    ])
    private let last = StrayParts.LastNumbers(row: [
        "hypertable": "2", "chunk": "20", "newest_chunk": "18", "targets": "{dn3}",
    ])

    private func row(
        id: Int, _ name: String, prefix: String, chunks: String? = nil, newest: String? = nil
    ) -> [String: String?] {
        [
            "id": String(id), "schema": "public", "name": name, "prefix": prefix, "chunks": chunks,
            "newest_schema": newest.map { _ in "_timescaledb_internal" }, "newest": newest,
        ]
    }

    private func findings(
        _ row: [String: String?], chunks: [Int] = [], wasRestored: Bool = false, nodes: Set<String> = ["dn1", "dn2"]
    ) -> [Finding] {
        StrayParts([row]).findings(on: "dn1", tables, chunks: chunks, last, nodes: nodes, wasRestored: wasRestored)
    }

    @Test func aChunkThatIsNewerThanTheCatalog() {
        let found = findings(
            row(id: 5, "m", prefix: "_dist_hyper_1", chunks: "{8,9}", newest: "_dist_hyper_1_21_chunk"))
        #expect(found.map(\.severity) == [.error])
        #expect(found.first?.text.hasPrefix("2 chunks of public.m are unknown to the access node, and newer") == true)
        let look = #"query --on dn1 SELECT * FROM "_timescaledb_internal"."_dist_hyper_1_21_chunk" LIMIT 10"#
        #expect(found.first?.remedy.hasSuffix(look) == true)
        // The access node has skipped numbers.
        let skipped = row(id: 5, "m", prefix: "_dist_hyper_1", chunks: "{8}", newest: "_dist_hyper_1_19_chunk")
        #expect(findings(skipped).map(\.severity) == [.error])
    }

    @Test func aHypertableThatARestoredAccessNodeHasForgotten() {
        let row = row(id: 4, "gone", prefix: "_dist_hyper_2")
        #expect(findings(row).map(\.severity) == [.warning])
        #expect(findings(row, wasRestored: true).map(\.severity) == [.error])
        #expect(
            findings(self.row(id: 4, "k", prefix: "_dist_hyper_2"), wasRestored: true).map(\.severity) == [.warning])
    }

    @Test func aHypertableThatIsNewer() {
        let found = findings(row(id: 7, "n", prefix: "_dist_hyper_3"))
        #expect(found.map(\.severity) == [.error])
        #expect(
            found.first?.text.hasPrefix("public.n, without chunks, is unknown to the access node, and newer") == true)
    }

    @Test func whatWasMadeMeanwhileIsNoStray() {
        let row = row(id: 5, "m", prefix: "_dist_hyper_1", chunks: "{8}", newest: "_dist_hyper_1_21_chunk")
        #expect(findings(row, chunks: [7, 8]).isEmpty)
        #expect(findings(row, chunks: [7]).count == 1)
    }

    @Test func aCopyUnderWayIsNoStray() {
        let tables = SharedTables([["id": "1", "schema": "public", "name": "m", "node": "dn3", "number": "5"]])
        let row = row(id: 5, "m", prefix: "_dist_hyper_1", chunks: "{8}", newest: "_dist_hyper_1_3_chunk")
        #expect(
            StrayParts([row]).findings(on: "dn3", tables, chunks: [], last, nodes: ["dn3"], wasRestored: false).isEmpty)
    }

    @Test func whatIsLeftOfBefore() {
        let chunk = findings(
            row(id: 5, "m", prefix: "_dist_hyper_1", chunks: "{8}", newest: "_dist_hyper_1_3_chunk"))
        #expect(chunk.map(\.severity) == [.warning])
        #expect(chunk.first?.text.hasPrefix("1 chunk of public.m is there, and not in") == true)
        let detached = findings(row(id: 4, "k", prefix: "_dist_hyper_2"))
        #expect(detached.map(\.severity) == [.warning])
        #expect(detached.first?.text.contains("still there from before it was detached") == true)
        #expect(detached.first?.remedy == #"exec --on dn1 DROP TABLE "public"."k""#)
        let unknown = findings(row(id: 4, "gone", prefix: "x", chunks: "{8}", newest: "odd"))
        #expect(unknown.first?.text.contains("the access node does not know it") == true)
        #expect(
            unknown.first?.remedy
                == "only where no other access node leads to this node: "
                + #"exec --on dn1 DO 'BEGIN CREATE TABLE "public"."gone_detached" AS TABLE "public"."gone"; "#
                + #"DROP TABLE "public"."gone"; END'"#)
    }

    /// The catalog still has the old name; the table is no leftover.
    @Test func aNodeThatWasRenamed() {
        let row = row(id: 5, "k", prefix: "_dist_hyper_2", chunks: "{8}", newest: "_dist_hyper_2_3_chunk")
        #expect(findings(row, nodes: ["dn1", "db2"]).isEmpty)
        #expect(findings(row).count == 1)
    }

    private func history(_ reasons: String...) throws -> RecoveryHistory {
        let lines = reasons.enumerated().map { "\($0 + 1)\t0/3000148\t\($1)" }
        return try #require(RecoveryHistory((["\(reasons.count + 1)"] + lines).joined(separator: "\n")))
    }

    private func restored(_ own: RecoveryHistory?, _ nodes: RecoveryHistory...) -> [Finding] {
        RecoveryHistory.findings(own, nodes.enumerated().map { ("dn\($0 + 1)", $1) })
    }

    @Test func serversThatWereRestoredToDifferentPoints() throws {
        let (never, x) = (try history(), try history(#"at restore point "x""#))
        let (y, time) = (try history(#"at restore point "y""#), try history("before 2026-11-28 10:00:00+00"))
        let promoted = try history("no recovery target specified")
        #expect(x.timeline == 2 && x.reasons == [#"at restore point "x""#])
        #expect(restored(never, never).isEmpty && restored(x, x, x).isEmpty && restored(promoted, never).isEmpty)
        #expect(restored(time, try history("before 2026-11-28 10:00:01+00")).isEmpty && restored(nil, x).isEmpty)
        #expect(restored(x, try history(#"at restore point "x""#, "no recovery target specified")).isEmpty)
        let alone = restored(x, x, never, y, time)
        #expect(alone.map(\.place) == ["access node"])
        #expect(
            alone.first?.text.hasPrefix(#"it was restored (at restore point "x"), and dn2, dn3, dn4 were not"#) == true)
        #expect(restored(promoted, never, y).map(\.place) == ["dn2"])
    }

    @Test func historiesThatAreNone() {
        #expect(RecoveryHistory("") == nil && RecoveryHistory("x") == nil)
        #expect(RecoveryHistory("1")?.reasons == [])
    }
}
