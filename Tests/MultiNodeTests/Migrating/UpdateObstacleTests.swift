import MultiNode
import Testing

/// What stands in the way of the update beyond multi-node.
@Suite struct UpdateObstacleTests {
    private func facts(_ row: [String: String?]) -> UpdateFacts { UpdateFacts(row: row) }

    @Test func aDatabaseOfItsOwnHasNone() {
        #expect(facts(["has_identity": "f", "gives_again": "f"]).obstacles(cutOver: [:]) == [])
    }

    @Test func anAccessNodeIsToldTableByTableAndItsNodes() {
        let old = TableName(schema: "public", name: "m__old")
        let found = facts([
            "distributed_schemas": "{public,s}", "distributed_names": "{m__old,t}", "nodes": "{dn1,dn2}",
            "has_identity": "t", "members": "{}",
        ]).obstacles(cutOver: [old: TableName(schema: "public", name: "m")])
        #expect(
            found.map(\.remedies) == [
                ["migrate verify m", "migrate finish m --drop-old"], ["migrate plan s.t"], ["node delete dn1 dn2"],
            ])
        #expect(found.allSatisfy { $0.forbids })
    }

    /// On a data node that has become a server of its own.
    @Test func aFormerDataNodeIsToldItsThreeStatements() {
        let found = facts([
            "nodes": "{}", "has_identity": "t", "members": "{public.m}", "gives_again": "t",
        ]).obstacles(cutOver: [:])
        #expect(found.map(\.forbids) == [true, false, false])
        let remedies = found.flatMap(\.remedies).joined(separator: "\n")
        for statement in ["DELETE FROM _timescaledb_catalog.metadata", "SET replication_factor = NULL", "setval"] {
            #expect(remedies.contains(statement))
        }
    }

    @Test func aCompressedTableThatIsNoChildIsToldWithItsStatement() {
        let found = facts(["has_identity": "f", "orphans": "{i.c_1}", "parents": "{i._compressed_2}"])
            .obstacles(cutOver: [:])
        #expect(
            found.map(\.remedies) == [
                [
                    "SET timescaledb.restoring = 'on'; ALTER TABLE i.c_1 INHERIT i._compressed_2; RESET timescaledb.restoring;"
                ]
            ])
    }

    @Test func theNewestInstalledOfTheReleaseIsMeant() {
        let installed = ["2.9.3", "2.13.1", "2.14.2", "2.14.10", "2.15.0"]
        let ladder = VersionLadder(to: "2.14", from: "2.13.1", installed: installed, serverVersion: 150_020)
        #expect(ladder.version == "2.14.10" && ladder.obstacles == [] && !ladder.isReached)
        #expect(ladder.rungs.first?.contains("up to 2.28") == true)
        let lacking = VersionLadder(to: "2.14", from: "2.13.1", installed: ["2.13.1"], serverVersion: 130_020)
        #expect(lacking.obstacles.first?.remedies.first?.contains("timescaledb-2-postgresql-13") == true)
        let old = VersionLadder(to: "2.14", from: "2.9.3", installed: installed, serverVersion: 120_000)
        #expect(old.obstacles.first?.remedies.first?.contains("pg_upgrade") == true)
    }
}
