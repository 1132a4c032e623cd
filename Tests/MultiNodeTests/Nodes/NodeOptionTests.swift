import MultiNode
import Testing

/// The options of a node's foreign server.
@Suite struct NodeOptionTests {
    private let node = DataNode(
        name: "dn1", host: "db1", port: 5433, database: "d", serverOptions: ["sslmode": "prefer", "options": "-c x=y"])

    @Test func whatIsThereIsSetAndWhatIsNotIsAdded() {
        let change = NodeOptionChange(
            node, set: [("sslmode", "require"), ("application_name", "o'r"), ("host", "a,b"), ("port", "5433")],
            unset: ["options", "sslcert"])
        #expect(
            NodeOptionChange.plan([change]).statements.map(\.shown) == [
                #"ALTER SERVER "dn1" OPTIONS (SET "sslmode" 'require', ADD "application_name" 'o''r', "#
                    + #"SET "host" 'a,b', DROP "options")"#
            ])
        #expect(
            change.reversal
                == "node set dn1 --option 'sslmode=prefer' 'host=db1' 'options=-c x=y' --unset application_name")
    }

    @Test func whatIsSoIsNoChange() {
        let change = NodeOptionChange(node, set: [("sslmode", "prefer"), ("host", "db1")], unset: ["sslcert"])
        #expect(change.isEmpty && NodeOptionChange.plan([change]).isEmpty)
    }

    @Test func severalNodesAreOneTransaction() {
        let other = DataNode(name: "dn2", host: "db2", database: "d")
        let changes = [node, other].map { NodeOptionChange($0, set: [("sslmode", "require")], unset: []) }
        #expect(NodeOptionChange.plan(changes).beginsTransaction)
    }

    @Test(arguments: [
        ("sslmode", "require"), ("target_session_attrs", "read-write"), ("port", "5432,5433"), ("connect_timeout", "0"),
        ("fdw_tuple_cost", "0.5"), ("sslrootcert", "/a/b.crt"), ("sslrootcert", "system"), ("host", "a,b"),
    ])
    func rightValues(_ name: String, _ value: String) throws {
        #expect(try #require(NodeOption(named: name)).problem(with: value) == nil)
    }

    @Test(arguments: [
        ("sslmode", "requir"), ("target_session_attrs", "rw"), ("port", "5432,"), ("port", "0"), ("fetch_size", "0"),
        ("connect_timeout", "5s"), ("sslrootcert", "b.crt"), ("sslcert", "system"), ("host", ""),
        ("application_name", "tscl"),
    ])
    func wrongValues(_ name: String, _ value: String) throws {
        #expect(try #require(NodeOption(named: name)).problem(with: value) != nil)
    }

    @Test func whatIsNotANodesIsNone() {
        for name in ["password", "user", "dbname", "available"] {
            #expect(NodeOption(named: name) == nil && NodeOption.otherWay(to: name) != nil)
        }
        #expect(NodeOption(named: "client_encoding") == nil && NodeOption(named: "SSLMODE") == nil)
    }

    @Test func theAccessNodeOverridesSomeOptions() {
        let plain = NodeOptionEffect(row: ["ssl": "off", "ssl_ca_file": ""])
        #expect(plain.reasonForNone("sslmode") == nil && plain.reasonForNone("passfile") != nil)
        let encrypted = NodeOptionEffect(row: ["ssl": "on", "ssl_ca_file": ""])
        #expect(encrypted.reasonForNone("sslmode") != nil && encrypted.reasonForNone("sslrootcert") == nil)
        #expect(NodeOptionEffect(row: ["ssl": "on", "ssl_ca_file": "ca"]).reasonForNone("sslrootcert") != nil)
        #expect(encrypted.reasonForNone("target_session_attrs") == nil)
    }
}
