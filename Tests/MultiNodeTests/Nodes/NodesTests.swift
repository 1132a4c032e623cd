import MultiNode
import Testing

/// The SQL of these was run as it stands on TimescaleDB 2.13.1.
@Suite struct NodesTests {
    let server = Servers.version213

    @Test func add() throws {
        var node = NewNode(try NodeName("dn1"), host: "10.0.0.11")
        let plan = Nodes.add(node, server)
        #expect(shown(plan) == [#"SELECT * FROM "public".add_data_node('dn1', host => '10.0.0.11')"#])

        node.port = 5433
        node.database = "tsdb"
        node.password = "hunter2"
        node.bootstrap = false
        node.ifNotExists = true
        let statements = Nodes.add(node, server).statements
        // The server's log is to have no values before there is a password among them.
        #expect(statements.count == 2 && statements[0].text.contains("('log_parameter_max_length', '0', true)"))
        let sql = try #require(statements.last)
        #expect(
            sql.text == """
                SELECT * FROM "public".add_data_node($1, host => $2, database => $3, port => $4, \
                if_not_exists => $5, bootstrap => $6, password => $7)
                """)
        #expect(sql.values == ["dn1", "10.0.0.11", "tsdb", "5433", "true", "false", "hunter2"])
        #expect(!sql.shown.contains("hunter2"))
        // Only a superuser may change what is logged.
        var row = Servers.row(version: "2.13.1", functions: Servers.publicFunctions)
        row["superuser"] = "off"
        #expect(Nodes.add(node, Capabilities(row: row)).statements.count == 1)
    }

    @Test func alter() {
        #expect(
            shown(Nodes.alter("dn1", host: "h", port: 5433, database: "d", server))
                == [#"SELECT * FROM "public".alter_data_node('dn1', host => 'h', database => 'd', port => 5433)"#])
        #expect(
            shown(Nodes.alter("Dn \"1", host: "h'", port: 5433, database: "d", Servers.version24))
                == [#"ALTER SERVER "Dn ""1" OPTIONS (SET host 'h''', SET port '5433', SET dbname 'd')"#])
        #expect(Nodes.alter("dn1", server).isEmpty)
    }

    @Test func availability() throws {
        let plan = try Nodes.setAvailable(false, "dn1", server)
        #expect(shown(plan) == [#"SELECT * FROM "public".alter_data_node('dn1', available => false)"#])
        #expect {
            try Nodes.setAvailable(false, "dn1", Servers.version24)
        } throws: { error in
            let error = error as? MultiNodeError
            return error?.message
                == "TimescaleDB 2.4.0 can't mark a node available or unavailable; 2.9 and later can"
                && error?.help == "'node block dn1' keeps new chunks away from it"
        }
    }

    @Test func attachToSeveralIsOneTransaction() throws {
        let tables = [try TableName("conditions"), try TableName("s.T")]
        let plan = try Nodes.attach("dn3", to: tables, ifNotAttached: true, repartition: false, server)
        #expect(
            oneTransaction(plan) == [
                """
                SELECT * FROM "public".attach_data_node('dn3', '"conditions"', if_not_attached => true, \
                repartition => false)
                """,
                """
                SELECT * FROM "public".attach_data_node('dn3', '"s"."T"', if_not_attached => true, \
                repartition => false)
                """,
            ])
        #expect(throws: MultiNodeError.self) {
            try Nodes.attach("dn3", to: tables, repartition: false, Servers.version291)
        }
        #expect(try Nodes.attach("dn3", to: [], server).isEmpty)
    }

    @Test func detach() throws {
        #expect(
            shown(try Nodes.detach("dn3", server)) == [#"SELECT "public".detach_data_node('dn3')"#])
        #expect(
            shown(
                try Nodes.detach(
                    "dn3", from: [TableName("t")], ifAttached: true, force: true, repartition: false,
                    dropRemoteData: true, server))
                == [
                    """
                    SELECT "public".detach_data_node('dn3', hypertable => '"t"', if_attached => true, force => true, \
                    repartition => false, drop_remote_data => true)
                    """
                ])
        #expect(throws: MultiNodeError.self) { try Nodes.detach("dn3", dropRemoteData: true, Servers.version24) }
    }

    @Test func blockAndAllow() throws {
        #expect(
            shown(Nodes.block("dn3", for: try TableName("t"), force: true, server))
                == [
                    """
                    SELECT "timescaledb_experimental".block_new_chunks('dn3', hypertable => '"t"', force => true)
                    """
                ])
        #expect(
            shown(Nodes.allow("dn3", Servers.version231)) == [
                #"SELECT "_timescaledb_internal".allow_new_chunks('dn3')"#
            ])
    }

    @Test func delete() throws {
        let plan = try Nodes.delete("dn1", server)
        #expect(shown(plan) == [#"SELECT "public".delete_data_node('dn1')"#])
        let all = try Nodes.delete("dn1", ifExists: true, force: true, repartition: false, dropDatabase: true, server)
        #expect(
            shown(all) == [
                """
                SELECT "public".delete_data_node('dn1', if_exists => true, force => true, repartition => false, \
                drop_database => true)
                """
            ])
        for old in [Servers.version24, Servers.version291] {
            #expect(throws: MultiNodeError.self) { try Nodes.delete("dn1", dropDatabase: true, old) }
        }
    }

    @Test func theListIsDecoded() {
        let row: [String: String?] = [
            "name": "dn1", "server_oid": "17222", "owner": "postgres", "host": "h", "port": "5433", "database": "d",
            "available": nil,
        ]
        let node = DataNode(row: row)
        #expect(
            node == DataNode(name: "dn1", serverOID: 17222, host: "h", port: 5433, database: "d", owner: "postgres"))
        #expect(node.isAvailable)
        #expect(!DataNode(row: row.merging(["available": "false"]) { $1 }).isAvailable)
        #expect(DataNode(row: row.merging(["available": "true"]) { $1 }).isAvailable)
    }

    @Test func anAddressIsTheSameWhateverTheCaseOfTheHost() {
        func node(_ host: String, _ port: Int = 5432) -> DataNode {
            DataNode(name: host, host: host, port: port, database: "d")
        }
        #expect(node("DB1").hasAddress(of: node("db1")) && !node("db1").hasAddress(of: node("db1", 5433)))
        #expect(node("/run/a").hasAddress(of: node("/run/a")) && !node("/run/a").hasAddress(of: node("/run/A")))
        let moved = node("a").moved(to: NodeAddress(host: nil, port: 1, database: "e"))
        #expect(moved.host == "a" && moved.port == 1 && moved.database == "e")
    }
}

func shown(_ plan: Plan) -> [String] { plan.statements.map(\.shown) }

/// What the statements show if they are one transaction; nil if not.
func oneTransaction(_ plan: Plan) -> [String]? {
    guard plan.steps.count == 1, case .transaction(let statements) = plan.steps[0] else { return nil }
    return statements.map(\.shown)
}
