@testable import MultiNode
import Testing

/// The statements that make, change and remove user mappings.
@Suite struct UserMappingChangeTests {
    private let mappings = UserMappings([
        ["node": "dn1", "role": "foo", "visible": "t", "remote": "bar", "holds_password": "t"],
        ["node": "dn2", "role": "foo", "visible": "t", "remote": nil, "holds_password": "t"],
        ["node": "dn3", "role": "foo", "visible": "f", "remote": nil, "holds_password": "f"],
        ["node": "dn1", "role": nil, "visible": "t", "remote": "bar", "holds_password": "t"],
        ["node": "dn2", "role": nil, "visible": "t", "remote": "bar", "holds_password": "f"],
    ])

    private func mapping(
        _ role: String?, on node: String, as login: String, password: Bool = false
    ) throws -> [String] {
        let grantee: NodeGrants.Grantee = if let role { .role(try RoleName(role)) } else { .public }
        return mappings.mapping(grantee, on: node, as: try RoleName(login), givesPassword: password).map(\.text)
    }

    /// What the block of a statement that gives a password makes a statement of.
    private func template(_ statements: [String]) -> String? {
        statements.first?.firstMatch(of: /EXECUTE pg_catalog.format\(''(.*)'', pg_catalog/)
            .map { String($0.1).replacing("''''", with: "'") }
    }

    @Test func whatIsNotThereIsMade() throws {
        #expect(
            try mapping("new", on: "dn1", as: "o'r") == [
                #"CREATE USER MAPPING FOR "new" SERVER "dn1" OPTIONS (user 'o''r')"#
            ])
        #expect(
            try template(mapping(nil, on: "dn%4", as: "x", password: true))
                == #"CREATE USER MAPPING FOR PUBLIC SERVER "dn%%4" OPTIONS (user 'x', password %L)"#)
    }

    @Test func whatIsThereIsAltered() throws {
        #expect(try mapping("foo", on: "dn1", as: "bar").isEmpty && mapping("foo", on: "dn2", as: "foo").isEmpty)
        #expect(
            try template(mapping("foo", on: "dn1", as: "bar", password: true))
                == #"ALTER USER MAPPING FOR "foo" SERVER "dn1" OPTIONS (SET password %L)"#)
        #expect(
            try template(mapping(nil, on: "dn2", as: "bar", password: true))
                == #"ALTER USER MAPPING FOR PUBLIC SERVER "dn2" OPTIONS (ADD password %L)"#)
    }

    @Test func anotherRolesPasswordGoes() throws {
        #expect(
            try mapping("foo", on: "dn1", as: "baz") == [
                #"ALTER USER MAPPING FOR "foo" SERVER "dn1" OPTIONS (SET user 'baz', DROP password)"#
            ])
        #expect(
            try template(mapping("foo", on: "dn2", as: "baz", password: true))
                == #"ALTER USER MAPPING FOR "foo" SERVER "dn2" OPTIONS (ADD user 'baz', SET password %L)"#)
    }

    @Test func whatCantBeSeenIsMadeAnew() throws {
        #expect(
            try mapping("foo", on: "dn3", as: "bar") == [
                #"DROP USER MAPPING FOR "foo" SERVER "dn3""#,
                #"CREATE USER MAPPING FOR "foo" SERVER "dn3" OPTIONS (user 'bar')"#,
            ])
        #expect(UserMappings.unmapping(.public, on: "dn1").shown == #"DROP USER MAPPING FOR PUBLIC SERVER "dn1""#)
    }

    @Test func aPasswordIsAParameterAndInNoText() throws {
        let statements = mappings.mapping(.public, on: "dn4", as: try RoleName("x"), givesPassword: true)
        let plan = UserMappings.plan(statements, password: #"p'w\"#, Servers.version212)
        #expect(plan.beginsTransaction && plan.statements.count == 3)
        // Nor in the log of a server that logs all values.
        #expect(plan.statements[0] == ValueLogging.offInTransaction)
        // Nor as a statement of the block: as the context of a message, and in pg_stat_statements.
        for setting in ["'log_error_verbosity', 'terse'", "'pg_stat_statements.track', 'none'"] {
            #expect(plan.statements[0].text.contains(setting))
        }
        #expect(plan.statements[1].values == [#"p'w\"#] && plan.statements[1].shown.contains("'********'"))
        #expect(!plan.statements.contains { $0.text.contains("p'w") || $0.text.contains("p''w") })
        #expect(plan.statements[2].text.contains("EXCEPTION WHEN query_canceled OR OTHERS"))
        #expect(UserMappings.plan([], password: "pw", Servers.version212).isEmpty)
    }

    @Test func whoHoldsTheRolesPassword() {
        let holding = mappings.holding(passwordOf: "bar", on: ["dn1", "dn2"])
        #expect(holding.map(\.role) == ["foo", nil] && holding.allSatisfy { $0.node == "dn1" })
        #expect(mappings.holding(passwordOf: "foo", on: ["dn1", "dn2", "dn3"]).map(\.node) == ["dn2"])
        #expect(mappings.holding(passwordOf: "bar", on: ["dn3"]).isEmpty)
    }

    @Test func aNewPasswordIsInTheSameTransactionBehindTheNodes() throws {
        var attributes = RoleAttributes()
        attributes.verifier = "SCRAM-SHA-256$4096:x"
        let plan = Roles.alter(
            try RoleName("bar"), attributes,
            mappings: (mappings.holding(passwordOf: "bar", on: ["dn1"]), "new"), in: .everywhere(["dn1"]),
            Servers.version213)
        #expect(plan.beginsTransaction && plan.statements.count == 6)
        #expect(plan.statements[1].text.contains("distributed_exec"))
        #expect(plan.statements[3].values == ["new"])
        #expect(
            template([plan.statements[5].text])
                == #"ALTER USER MAPPING FOR PUBLIC SERVER "dn1" OPTIONS (SET password %L)"#)
    }
}
