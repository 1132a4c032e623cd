/// A data node to be added.
package struct NewNode: Sendable, Equatable {
    package var name: NodeName
    package var host: String
    /// Nil for the access node's own port.
    package var port: Int?
    /// Nil for the access node's database name.
    package var database: String?
    /// Used only while the node is added: TimescaleDB does not store it.
    package var password: String?
    /// Whether the database and the extension are created if they are missing.
    package var bootstrap = true
    package var ifNotExists = false

    package init(_ name: NodeName, host: String, port: Int? = nil, database: String? = nil) {
        self.name = name
        self.host = host
        self.port = port
        self.database = database
    }
}

/// Operations on data nodes: section "Multi-node" of the TimescaleDB API reference, `*_data_node`.
package enum Nodes {
    /// Adds a node; never part of a transaction. Of a password the server's log gets nothing, if that can be had.
    package static func add(_ node: NewNode, _ capabilities: Capabilities) -> Plan {
        var call = FunctionCall(capabilities.function("add_data_node"), ["\(node.name.text)", "host => \(node.host)"])
        if let database = node.database { call.arguments.append("database => \(database)") }
        if let port = node.port { call.arguments.append("port => \(port)") }
        if node.ifNotExists { call.arguments.append("if_not_exists => \(true)") }
        if !node.bootstrap { call.arguments.append("bootstrap => \(false)") }
        guard let password = node.password else { return Plan(call.table) }
        call.arguments.append("password => \(secret: password)")
        let add = Plan.Step.statement(call.table)
        return Plan(capabilities.isSuperuser ? [.statement(ValueLogging.off), add] : [add])
    }

    /// Changes a node's address. Before 2.9 there is no function for it, so the foreign server is altered instead.
    ///
    /// - Returns: an empty plan if there is nothing to change.
    package static func alter(
        _ name: String, host: String? = nil, port: Int? = nil, database: String? = nil, _ capabilities: Capabilities
    ) -> Plan {
        if host == nil, port == nil, database == nil { return Plan() }
        let sql: SQL
        if capabilities.canAlterNode {
            var call = FunctionCall(capabilities.function("alter_data_node"), ["\(name)"])
            if let host { call.arguments.append("host => \(host)") }
            if let database { call.arguments.append("database => \(database)") }
            if let port { call.arguments.append("port => \(port)") }
            sql = call.table
        } else {
            var options: [SQL] = []
            if let host { options.append("SET host \(literal: host)") }
            if let port { options.append("SET port \(literal: String(port))") }
            if let database { options.append("SET dbname \(literal: database)") }
            sql = "ALTER SERVER \(identifier: name) OPTIONS (\(raw: options.joined(separator: ", ")))"
        }
        return Plan(sql)
    }

    /// Does the same while nobody writes to hypertables: TimescaleDB waits for nobody as it alters a node, and a transaction that has
    /// written there would commit where the node was.
    package static func holding(_ tables: [TableName], _ plan: Plan) -> Plan {
        if tables.isEmpty { return plan }
        let names = tables.map { "ONLY \(qualified: $0)" as SQL }.joined(separator: ", ")
        return Plan([
            .transaction(
                [ChunkCopySQL.lockTimeout(.seconds(10)), "LOCK TABLE \(raw: names) IN SHARE MODE"] + plan.statements)
        ])
    }

    /// Marks a node available or unavailable. Reads and new chunks skip an unavailable node.
    package static func setAvailable(
        _ available: Bool, _ name: String, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard capabilities.canAlterNode else {
            throw capabilities.unsupported(
                "mark a node available or unavailable", since: "2.9",
                help: "'node block \(name)' keeps new chunks away from it")
        }
        let call = FunctionCall(
            capabilities.function("alter_data_node"), ["\(name)", "available => \(available)"])
        return Plan(call.table)
    }

    /// Attaches the node to all of these hypertables or, if that fails, to none; their new chunks then go to it too.
    ///
    /// - Parameter aggregated: those of them that have continuous aggregates.
    package static func attach(
        _ name: String, to tables: [TableName], ifNotAttached: Bool = false, repartition: Bool = true,
        aggregated: [TableWithAggregates] = [],
        _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard repartition || capabilities.canKeepPartitions else {
            throw capabilities.unsupported("attach a node without changing the partitions", since: "2.9.2")
        }
        return .together(
            tables.map { table in
                var call = FunctionCall(
                    capabilities.function("attach_data_node"), ["\(name)", "\(regclass: table)"])
                if ifNotAttached { call.arguments.append("if_not_attached => \(true)") }
                if !repartition { call.arguments.append("repartition => \(false)") }
                return call.table
            } + aggregated.map { AggregateTrigger.mending($0, on: name, capabilities) })
    }

    /// Detaches the node from these hypertables, or from all of them.
    ///
    /// - Parameters:
    ///   - tables: nil for all that the node is attached to.
    ///   - handingOver: what other nodes take over from it before.
    package static func detach(
        _ name: String, from tables: [TableName]? = nil, ifAttached: Bool = false, force: Bool = false,
        repartition: Bool = true, dropRemoteData: Bool = false, handingOver: [SQL] = [], _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard !dropRemoteData || capabilities.canDropRemoteData else {
            throw capabilities.unsupported("drop the data on a node that is detached", since: "2.8")
        }
        func statement(_ table: TableName?) -> SQL {
            var call = FunctionCall(capabilities.function("detach_data_node"), ["\(name)"])
            if let table { call.arguments.append("hypertable => \(regclass: table)") }
            if ifAttached { call.arguments.append("if_attached => \(true)") }
            if force { call.arguments.append("force => \(true)") }
            if !repartition { call.arguments.append("repartition => \(false)") }
            if dropRemoteData { call.arguments.append("drop_remote_data => \(true)") }
            return call.scalar
        }
        return .together(handingOver + (tables.map { $0.map(statement) } ?? [statement(nil)]))
    }

    /// Keeps new chunks away from a node.
    ///
    /// - Parameter table: nil for all hypertables.
    package static func block(
        _ name: String, for table: TableName? = nil, force: Bool = false, _ capabilities: Capabilities
    ) -> Plan {
        chunks("block", name, table, force, capabilities)
    }

    /// Lets new chunks go to a node again.
    package static func allow(_ name: String, for table: TableName? = nil, _ capabilities: Capabilities) -> Plan {
        chunks("allow", name, table, false, capabilities)
    }

    private static func chunks(
        _ verb: String, _ name: String, _ table: TableName?, _ force: Bool, _ capabilities: Capabilities
    ) -> Plan {
        var call = FunctionCall(capabilities.chunkFunction("\(verb)_new_chunks"), ["\(name)"])
        if let table { call.arguments.append("hypertable => \(regclass: table)") }
        if force { call.arguments.append("force => \(true)") }
        return Plan(call.scalar)
    }

    /// Removes a node from the cluster, and drops its database if asked; with that it can't be part of a transaction.
    ///
    /// - Parameters:
    ///   - mappings: what removes its user mappings.
    ///   - handingOver: what other nodes take over from it before.
    package static func delete(
        _ name: String, ifExists: Bool = false, force: Bool = false, repartition: Bool = true,
        dropDatabase: Bool = false, mappings: [SQL] = [], handingOver: [SQL] = [], _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard !dropDatabase || capabilities.canDropDatabase else {
            throw capabilities.unsupported("drop the database of a node that is deleted", since: "2.6")
        }
        guard !dropDatabase || capabilities.dropsDatabaseSafely else {
            throw .unsupported(
                "TimescaleDB \(capabilities.versionText) drops a node's database before it knows that it may",
                help: "delete the node, then drop the database on its server")
        }
        var call = FunctionCall(capabilities.function("delete_data_node"), ["\(name)"])
        if ifExists { call.arguments.append("if_exists => \(true)") }
        if force { call.arguments.append("force => \(true)") }
        if !repartition { call.arguments.append("repartition => \(false)") }
        if dropDatabase { call.arguments.append("drop_database => \(true)") }
        // A database is dropped in no transaction.
        let before = handingOver + mappings
        if dropDatabase { return Plan(Plan.together(before).steps + [.statement(call.scalar)]) }
        return Plan.together(before + [call.scalar])
    }
}
