import MultiNode
import Testing

@Suite struct RolesTests {
    let server = Servers.version213
    let app: RoleName

    init() throws {
        app = try RoleName("app")
    }

    @Test func createOnTheAccessNode() {
        #expect(shown(Roles.create(app, in: .accessNode, server)) == [#"CREATE ROLE "app""#])
    }

    @Test func createEverywhereIsOneTransactionAndLogsInOnTheNodes() throws {
        var attributes = RoleAttributes()
        attributes.createDatabase = true
        attributes.connectionLimit = 5
        attributes.validUntil = "2030-01-01"
        attributes.verifier = "SCRAM-SHA-256$4096:x"
        let plan = Roles.create(
            app, attributes, memberOf: [try RoleName("Staff")], grantNodes: ["dn1", "dn2"],
            in: .everywhere(["dn1", "dn2"]), server)
        #expect(
            oneTransaction(plan) == [
                """
                CREATE ROLE "app" CREATEDB CONNECTION LIMIT 5 PASSWORD '********' VALID UNTIL '2030-01-01' \
                IN ROLE "Staff"
                """,
                """
                CALL "public".distributed_exec('CREATE ROLE "app" CREATEDB LOGIN CONNECTION LIMIT 5 \
                PASSWORD ''********'' VALID UNTIL ''2030-01-01'' IN ROLE "Staff"', node_list => '{dn1,dn2}'::name[])
                """,
                #"GRANT USAGE ON FOREIGN SERVER "dn1", "dn2" TO "app""#,
            ])
        #expect(plan.statements[0].text.contains("PASSWORD 'SCRAM-SHA-256$4096:x'"))
        #expect(plan.statements[1].values[0]?.contains("PASSWORD 'SCRAM-SHA-256$4096:x'") == true)
    }

    @Test func createOnNodesOnly() {
        let plan = Roles.create(app, in: .nodes(["dn2"]), server)
        #expect(
            shown(plan) == [
                #"CALL "public".distributed_exec('CREATE ROLE "app" LOGIN', node_list => '{dn2}'::name[])"#
            ])
        #expect(plan.steps.count == 1)
    }

    @Test func alter() throws {
        var attributes = RoleAttributes()
        attributes.superuser = false
        attributes.createDatabase = false
        attributes.createRole = true
        attributes.inherit = true
        attributes.login = false
        attributes.replication = true
        attributes.bypassRowSecurity = false
        attributes.connectionLimit = -1
        attributes.validUntil = "infinity"
        let all = """
            NOSUPERUSER NOCREATEDB CREATEROLE INHERIT NOLOGIN REPLICATION NOBYPASSRLS CONNECTION LIMIT -1 \
            VALID UNTIL 'infinity'
            """
        let plan = Roles.alter(
            app, attributes, memberOf: [try RoleName("a"), try RoleName("b")], noLongerMemberOf: [try RoleName("c")],
            in: .accessNode, server)
        #expect(
            shown(plan) == [
                #"ALTER ROLE "app" \#(all)"#, #"GRANT "a", "b" TO "app""#, #"REVOKE "c" FROM "app""#,
            ])
        var login = RoleAttributes()
        login.login = false
        #expect(
            shown(Roles.alter(app, login, in: .nodes(["dn1"]), server))
                == [#"CALL "public".distributed_exec('ALTER ROLE "app" LOGIN', node_list => '{dn1}'::name[])"#])
        #expect(Roles.alter(app, in: .everywhere(["dn1"]), server).isEmpty)
    }

    @Test func dropRevokesFirst() {
        let plan = Roles.drop(app, ifExists: true, revokeNodes: ["dn1"], in: .everywhere(["dn1"]), server)
        #expect(
            shown(plan) == [
                #"REVOKE USAGE ON FOREIGN SERVER "dn1" FROM "app""#,
                #"DROP ROLE IF EXISTS "app""#,
                #"CALL "public".distributed_exec('DROP ROLE IF EXISTS "app"', node_list => '{dn1}'::name[])"#,
            ])
        #expect(shown(Roles.drop(app, in: .accessNode, server)) == [#"DROP ROLE "app""#])
    }

    @Test func grants() throws {
        #expect(
            shown(NodeGrants.grant(on: ["dn1", "Dn 2"], to: [.role(app), .public]))
                == [#"GRANT USAGE ON FOREIGN SERVER "dn1", "Dn 2" TO "app", PUBLIC"#])
        #expect(
            shown(NodeGrants.revoke(on: ["dn1"], from: [.public])) == [
                #"REVOKE USAGE ON FOREIGN SERVER "dn1" FROM PUBLIC"#
            ])
        #expect(NodeGrants.grant(on: [], to: [.public]).isEmpty)
        #expect(NodeGrants.grant(on: ["dn1"], to: []).isEmpty)
    }

    @Test func theListIsDecoded() throws {
        let row: [String: String?] = [
            "roles": #"{app,"b, c"}"#, "login": "t", "superuser": "f", "createdb": "f", "createrole": "f",
            "replication": "f",
            "inherit": "t", "bypassrls": "f", "connection_limit": "-1", "valid_until": nil,
            "member_of": #"{"a b",c}"#,
        ]
        let roles = DatabaseRole.roles(columns: Array(row.keys), rows: [Array(row.values)])
        let role = try #require(roles.first)
        #expect(roles.map(\.name) == ["app", "b, c"] && roles[1].attributes == role.attributes)
        #expect(role.name == "app")
        #expect(role.attributes.login == true && role.attributes.superuser == false)
        #expect(role.attributes.connectionLimit == -1 && role.attributes.validUntil == "infinity")
        #expect(role.memberOf == ["a b", "c"])
    }
}
