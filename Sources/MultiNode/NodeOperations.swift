/// The SQL of what is done with data nodes.
package enum NodeOperations {
    /// Adds a node; never inside a transaction block (TimescaleDB refuses that with 25001).
    package static func add(
        _ name: String, host: String, port: Int?, database: String?, password: String?, bootstrap: Bool,
        ifNotExists: Bool, _ capabilities: Capabilities
    ) -> Plan {
        var arguments: [SQL] = ["\(name)", "host => \(host)"]
        if let database { arguments.append("database => \(database)") }
        if let port { arguments.append("port => \(port)") }
        if ifNotExists { arguments.append("if_not_exists => true") }
        if !bootstrap { arguments.append("bootstrap => false") }
        if let password { arguments.append("password => \(secret: password)") }
        return Plan(select("*", from: "add_data_node", arguments, capabilities))
    }

    /// Before 2.9, which has no alter_data_node, the address is that of the foreign server.
    package static func alter(
        _ name: String, host: String?, port: Int?, database: String?, _ capabilities: Capabilities
    ) -> Plan {
        var arguments: [SQL] = ["\(name)"]
        var options: [SQL] = []
        if let host {
            arguments.append("host => \(host)")
            options.append("SET host \(literal: host)")
        }
        if let database {
            arguments.append("database => \(database)")
            options.append("SET dbname \(literal: database)")
        }
        if let port {
            arguments.append("port => \(port)")
            options.append("SET port \(literal: String(port))")
        }
        guard capabilities.canAlterNode else {
            return Plan("ALTER SERVER \(identifier: name) OPTIONS (\(list: options))")
        }
        return Plan(select("*", from: "alter_data_node", arguments, capabilities))
    }

    /// - Throws: before 2.9, which does not know unavailable nodes.
    package static func setAvailable(
        _ name: String, _ available: Bool, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard capabilities.canAlterNode else {
            throw MultiNodeError("this TimescaleDB can't mark nodes as unavailable; 2.9 and later can")
        }
        return Plan(select("*", from: "alter_data_node", ["\(name)", "available => \(available)"], capabilities))
    }

    package static func attach(
        _ name: String, to tables: [TableName], repartition: Bool, ifNotAttached: Bool, _ capabilities: Capabilities
    ) -> Plan {
        .atomic(
            tables.map { table in
                var arguments: [SQL] = ["\(name)", "\(table.quoted)"]
                if ifNotAttached { arguments.append("if_not_attached => true") }
                if !repartition { arguments.append("repartition => false") }
                return select("*", from: "attach_data_node", arguments, capabilities)
            })
    }

    /// - Parameter tables: none for all.
    /// - Throws: for `dropRemoteData` before 2.8.
    package static func detach(
        _ name: String, from tables: [TableName], ifAttached: Bool, force: Bool, repartition: Bool,
        dropRemoteData: Bool, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard capabilities.canDropRemoteData || !dropRemoteData else {
            throw MultiNodeError("this TimescaleDB can't drop remote data when it detaches; 2.8 and later can")
        }
        let targets: [TableName?] = tables.isEmpty ? [nil] : tables
        return .atomic(
            targets.map { table in
                var arguments: [SQL] = ["\(name)"]
                if let table { arguments.append("\(table.quoted)") }
                if ifAttached { arguments.append("if_attached => true") }
                if force { arguments.append("force => true") }
                if !repartition { arguments.append("repartition => false") }
                if dropRemoteData { arguments.append("drop_remote_data => true") }
                return select(nil, from: "detach_data_node", arguments, capabilities)
            })
    }

    /// - Throws: for `dropDatabase` before 2.6.
    package static func delete(
        _ name: String, ifExists: Bool, force: Bool, repartition: Bool, dropDatabase: Bool, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        guard capabilities.canDropDatabase || !dropDatabase else {
            throw MultiNodeError("this TimescaleDB can't drop a node's database; 2.6 and later can")
        }
        var arguments: [SQL] = ["\(name)"]
        if ifExists { arguments.append("if_exists => true") }
        if force { arguments.append("force => true") }
        if !repartition { arguments.append("repartition => false") }
        if dropDatabase { arguments.append("drop_database => true") }
        return Plan(select(nil, from: "delete_data_node", arguments, capabilities))
    }

    package static func block(
        _ name: String, for table: TableName?, force: Bool, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        var arguments: [SQL] = ["\(name)"]
        if let table { arguments.append("\(table.quoted)") }
        if force { arguments.append("force => true") }
        return Plan(try chunks("block_new_chunks", arguments, capabilities))
    }

    package static func allow(
        _ name: String, for table: TableName?, _ capabilities: Capabilities
    ) throws(MultiNodeError) -> Plan {
        var arguments: [SQL] = ["\(name)"]
        if let table { arguments.append("\(table.quoted)") }
        return Plan(try chunks("allow_new_chunks", arguments, capabilities))
    }

    private static func chunks(
        _ function: String, _ arguments: [SQL], _ capabilities: Capabilities
    ) throws(MultiNodeError) -> SQL {
        guard let schema = capabilities.chunksSchema else {
            throw MultiNodeError("this TimescaleDB has no \(function)")
        }
        return "SELECT \(identifier: schema).\(identifier: function)(\(list: arguments))"
    }

    private static func select(
        _ columns: SQL?, from function: String, _ arguments: [SQL], _ capabilities: Capabilities
    ) -> SQL {
        guard let columns else { return "SELECT \(raw: capabilities.function(function))(\(list: arguments))" }
        return "SELECT \(raw: columns) FROM \(raw: capabilities.function(function))(\(list: arguments))"
    }
}
