import MultiNode
import Testing

/// As which role a role of the access node goes to a data node.
@Suite struct UserMappingTests {
    private let mappings = UserMappings([
        ["node": "dn1", "role": "foo", "visible": "t", "remote": "bar"],
        ["node": "dn2", "role": "foo", "visible": "t", "remote": nil],
        ["node": "dn3", "role": "foo", "visible": "f", "remote": nil],
        ["node": "dn2", "role": nil, "visible": "t", "remote": "all"],
    ])

    @Test func aRolesOwnMappingComesFirst() {
        #expect(mappings.target(of: "foo", on: "dn1") == .other("bar", isShared: false))
        #expect(mappings.target(of: "foo", on: "dn2") == .same)
        #expect(mappings.target(of: "foo", on: "dn3") == .hidden)
        #expect(mappings.target(of: "baz", on: "dn2") == .other("all", isShared: true))
        #expect(mappings.target(of: "baz", on: "dn1") == .same)
        #expect(mappings.hasOwn("foo") && !mappings.hasOwn("baz"))
        #expect(mappings.leads(to: "bar", on: "dn1") && !mappings.leads(to: "bar", on: "dn2"))
    }

    @Test func whatCantBeSeenIsNoDifference() {
        let role = DatabaseRole(name: "foo", attributes: RoleAttributes(), memberOf: [])
        #expect(role.differences(from: nil, on: "dn3", as: .hidden).isEmpty)
        let missing = role.differences(from: nil, on: "dn1", as: .other("bar", isShared: false))
        #expect(missing.map(\.expected) == ["present as bar"] && missing.map(\.mappedTo) == ["bar"])
    }

    @Test func ofAPasswordNothingIsReadButThatThereIsOne() {
        let text = UserMappings.list.text
        #expect(text.ranges(of: "option_value").count == 1 && text.contains("EXISTS (SELECT FROM"))
        #expect(text.contains("option_value FROM pg_catalog.pg_options_to_table(u.umoptions)"))
    }
}
