import MultiNode
import Testing

@Suite struct RoleSyncTests {
    let server = Servers.version213

    func role(
        _ name: String = "app", login: Bool = true, createDatabase: Bool = false, limit: Int = -1,
        memberOf: [String] = []
    ) -> DatabaseRole {
        var attributes = RoleAttributes()
        attributes.login = login
        attributes.superuser = false
        attributes.createDatabase = createDatabase
        attributes.createRole = false
        attributes.replication = false
        attributes.inherit = true
        attributes.bypassRowSecurity = false
        attributes.connectionLimit = limit
        attributes.validUntil = "infinity"
        return DatabaseRole(name: name, attributes: attributes, memberOf: memberOf)
    }

    @Test func whatAgrees() throws {
        let own = role(login: false, memberOf: ["a"])
        let there = role(login: true, memberOf: ["a"])
        #expect(there.agrees(with: own) && own.differences(from: there, on: "dn1").isEmpty)
        #expect(!own.agrees(with: own))
        #expect(try Roles.sync(own, with: [("dn1", there)], server).isEmpty)
    }

    @Test func differences() {
        let own = role(createDatabase: true, limit: 5, memberOf: ["a", "b"])
        let found = own.differences(from: role(login: false, memberOf: ["b", "c"]), on: "dn1")
        #expect(found.map(\.kind) == [.attribute, .attribute, .attribute, .membership, .membership])
        #expect(
            found.map(\.expected) == ["CREATEDB", "LOGIN", "CONNECTION LIMIT 5", "member of a", "no member of c"])
        #expect(
            found.map(\.actual) == ["NOCREATEDB", "NOLOGIN", "CONNECTION LIMIT -1", "no member of a", "member of c"])
        #expect(
            own.differences(from: nil, on: "dn2")
                == [RoleDifference(role: "app", node: "dn2", kind: .missing, expected: "present", actual: "absent")])
        #expect(own.usageDifferences(granted: ["dn1"], nodes: ["dn1", "dn2"]).map(\.node) == ["dn2"])
        #expect(own.usageDifferences(granted: [], nodes: ["dn1", "dn2"]).isEmpty)
    }

    @Test func syncChangesNoMoreThanWhatDiffers() throws {
        let own = role(login: false, createDatabase: true, memberOf: ["a"])
        let plan = try Roles.sync(
            own, verifier: "SCRAM-SHA-256$x",
            with: [
                ("dn1", nil), ("dn2", role(memberOf: ["a"])), ("dn3", role(createDatabase: true, memberOf: ["b"])),
                ("dn4", role(memberOf: ["a"])), ("dn5", role(createDatabase: true, memberOf: ["a"])),
            ], grantNodes: ["dn4"], server)
        #expect(
            oneTransaction(plan) == [
                """
                CALL "public".distributed_exec('CREATE ROLE "app" NOSUPERUSER CREATEDB NOCREATEROLE INHERIT LOGIN \
                NOREPLICATION NOBYPASSRLS CONNECTION LIMIT -1 PASSWORD ''********'' VALID UNTIL ''infinity'' \
                IN ROLE "a"', node_list => '{dn1}'::name[])
                """,
                """
                CALL "public".distributed_exec('ALTER ROLE "app" CREATEDB LOGIN', \
                node_list => '{dn2,dn4}'::name[])
                """,
                #"CALL "public".distributed_exec('GRANT "a" TO "app"', node_list => '{dn3}'::name[])"#,
                #"CALL "public".distributed_exec('REVOKE "b" FROM "app"', node_list => '{dn3}'::name[])"#,
                #"GRANT USAGE ON FOREIGN SERVER "dn4" TO "app""#,
            ])
    }

    @Test func rolesAreCreatedBehindThoseTheyAreMembersOf() {
        let roles = [role("a", memberOf: ["c", "pg_monitor"]), role("b"), role("c", memberOf: ["b"])]
        #expect(Roles.creationOrder(roles).map(\.name) == ["b", "c", "a"])
        let circle = [role("x", memberOf: ["y"]), role("y", memberOf: ["x"])]
        #expect(Roles.creationOrder(circle).map(\.name) == ["y", "x"])
    }
}
