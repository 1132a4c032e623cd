import Foundation
import Sandbox
import Testing

/// Roles that differ, and how they are made to agree again.
@Suite struct RoleTests {
    /// Each node has `ann` in another way: dn1 without a membership, dn2 with other attributes, dn3 not at all.
    private func differing(_ cluster: Cluster) async throws {
        let made = try await cluster.program.run([
            "-c", "role create readers --everywhere",
            "-c", "role create ann --everywhere --login --createdb --connection-limit 5 --in-role readers",
            "-c", "role grant ann --nodes dn1,dn2",
            "-c", "role create local",
        ])
        #expect(made.status == 0, "\(made.errors)")
        _ = try await cluster.query("dn1", "REVOKE readers FROM ann")
        _ = try await cluster.query("dn1", "CREATE ROLE stray")
        _ = try await cluster.query("dn2", "ALTER ROLE ann NOCREATEDB CONNECTION LIMIT 7")
        _ = try await cluster.query("dn3", "DROP ROLE ann")
    }

    private static let found = """
        role,node,difference,expected,actual
        ann,dn1,membership,member of readers,no member of readers
        ann,dn2,attribute,CREATEDB,NOCREATEDB
        ann,dn2,attribute,CONNECTION LIMIT 5,CONNECTION LIMIT 7
        ann,dn3,missing,present,absent
        ann,dn3,usage,USAGE,none

        """

    @Test func whatDiffersIsFoundAndMended() async throws {
        try await Cluster.with { cluster in
            let healthy = try await cluster.run("role check", "--format", "csv")
            #expect(healthy.status == 0 && healthy.output == "role,node,difference,expected,actual\n")

            try await differing(cluster)
            let check = try await cluster.run("role check", "--format", "csv")
            #expect(check.output == Self.found && check.status == 5)

            let preview = try await cluster.run("role sync --dry-run")
            #expect(preview.status == 0 && preview.output.contains("BEGIN;") && preview.output.contains("COMMIT;"))
            #expect(try await cluster.run("role check", "--format", "csv").output == Self.found)

            let mended = try await cluster.run("role sync")
            #expect(mended.status == 0, "\(mended.errors)")
            #expect(mended.output.contains("role ann agrees now on dn1, dn2, dn3"))
            #expect(try await cluster.run("role check").status == 0)
            let again = try await cluster.run("role sync", "--format", "json")
            #expect(again.status == 0 && again.output.contains("\"changed\":false"))
        }
    }

    @Test func aRoleOfOneServerIsLeftAloneUnlessItIsNamed() async throws {
        try await Cluster.with { cluster in
            try await differing(cluster)
            let mended = try await cluster.run("role sync")
            #expect(mended.output.contains("on the access node alone, and left so unless named: local"))
            func holders(_ role: String) async throws -> [String] {
                var holders: [String] = []
                for node in cluster.sandbox.nodes {
                    let rows = try await cluster.query(node.name, "SELECT FROM pg_roles WHERE rolname = '\(role)'")
                    if !rows.isEmpty { holders.append(node.name) }
                }
                return holders
            }
            #expect(try await holders("local") == ["an1"])
            #expect(try await holders("stray") == ["dn1"])

            let named = try await cluster.run("role check local", "--format", "csv")
            #expect(named.status == 5 && named.output.contains("local,dn2,missing,present,absent"))
            #expect(try await cluster.run("role sync local").status == 0)
            #expect(try await eventually { try await holders("local") == ["an1", "dn1", "dn2", "dn3"] })
            let unknown = try await cluster.run("role sync stray")
            #expect(unknown.status == 1 && unknown.errors.contains("role stray is on dn1 and not on the access node"))
        }
    }

    @Test func whatARoleIsAMemberOfIsCreatedFirst() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([
                "-c", "role create {staff,readers}", "-c", "sql GRANT staff TO readers",
                "-c", "role create ben --login --in-role readers", "-c", "role sync ben",
            ])
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await cluster.run("role check {ben,readers,staff}").status == 0)
        }
    }

    @Test func eachPlaceIsShown() async throws {
        try await Cluster.with { cluster in
            try await differing(cluster)
            let shown = try await cluster.run("role show ann", "--format", "csv")
            #expect(
                shown.output == """
                    where,state,login,superuser,createdb,createrole,replication,inherit,bypassrls,connection_limit,\
                    valid_until,member_of,usage,mapped_to,password_in
                    access node,present,true,false,true,false,false,true,false,5,infinity,{readers},,,
                    dn1,present,true,false,true,false,false,true,false,5,infinity,{},true,,
                    dn2,present,true,false,false,false,false,true,false,7,infinity,{readers},true,,
                    dn3,absent,,,,,,,,,,,false,,

                    """)
            #expect(try await cluster.run("role show stray", "--format", "csv").output.contains("dn1,present"))
        }
    }

    @Test func aPasswordIsRotatedEverywhereAtOnce() async throws {
        try await Cluster.with { cluster in
            var program = cluster.program
            program.environment["FIRST"] = "first-password"
            program.environment["SECOND"] = "second-password"
            func verifiers() async throws -> Set<String?> {
                var found: Set<String?> = []
                for node in cluster.sandbox.nodes {
                    let rows = try await cluster.query(
                        node.name, "SELECT rolpassword FROM pg_authid WHERE rolname = 'app'")
                    found.insert(rows.first?.first ?? nil)
                }
                return found
            }
            let made = try await program.run(["-c", "role create app --everywhere --password-env FIRST"])
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await eventually { try await verifiers().count == 1 })
            let first = try await verifiers()
            let rotated = try await program.run([
                "--show-sql", "-c", "role alter app --everywhere --password-env SECOND",
            ])
            #expect(rotated.status == 0, "\(rotated.errors)")
            #expect(!(rotated.output + rotated.errors).contains("SCRAM-SHA-256$"))
            #expect(try await eventually { try await verifiers().count == 1 })
            let second = try await verifiers()
            #expect(second != first && second.allSatisfy { $0?.hasPrefix("SCRAM-SHA-256$") ?? false })
        }
    }

    @Test func attributesAreTakenAwayAndOneRefusalUndoesAll() async throws {
        try await Cluster.with { cluster in
            try await differing(cluster)
            let refused = try await cluster.run("role alter ann --everywhere --no-createdb --not-in-role readers")
            #expect(refused.status == 1 && refused.errors.contains("node: dn3"), "\(refused.errors)")
            #expect(try await cluster.run("role check", "--format", "csv").output == Self.found)
            let done = try await cluster.program.run([
                "-c", "role sync", "-c", "role alter ann --everywhere --no-createdb --not-in-role readers",
                "-c", "role check",
            ])
            #expect(done.status == 0, "\(done.errors)")
            #expect(
                try await cluster.query("dn2", "SELECT rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = 'ann'")
                    == [["f", "t"]])
        }
    }

    @Test func aNodeThatIsDownIsNamedAndHoldsUpNoOther() async throws {
        try await Cluster.with { cluster in
            try await differing(cluster)
            try await cluster.sandbox.kill("dn2")
            let check = try await cluster.run("role check", "--format", "csv")
            #expect(check.status == 4 && check.errors.contains("node: dn2"))
            #expect(check.output.contains("ann,dn1,membership") && !check.output.contains(",dn2,"))
            let mended = try await cluster.run("role sync")
            #expect(mended.status == 4 && mended.output.contains("role ann agrees now on dn1, dn3"), "\(mended)")
        }
    }
}
