/// The time that a chunk covers.
package enum ChunkInterval: Sendable, Equatable {
    /// As PostgreSQL reads an interval: `1 day`.
    case time(String)
    /// In the units of an integer time column.
    case units(Int)

    /// Reads a whole number as units, and anything else as an interval.
    package init(_ text: String) {
        self = Int(text).map(ChunkInterval.units) ?? .time(text)
    }
}

/// The options for turning an existing table into a distributed hypertable.
package struct NewHypertable: Sendable, Equatable {
    package var table: TableName
    package var timeColumn: String
    /// The column whose values are spread over the nodes.
    package var partitionColumn: String?
    /// The number of partitions; nil for one per node.
    package var partitions: Int?
    package var chunkInterval: ChunkInterval?
    package var replicationFactor: Int?
    /// The data nodes; nil for all that the role may use.
    package var nodes: [String]?
    package var ifNotExists = false

    package init(_ table: TableName, timeColumn: String) {
        self.table = table
        self.timeColumn = timeColumn
    }
}

/// Operations on distributed hypertables.
package enum Hypertables {
    package static func create(_ hypertable: NewHypertable, _ capabilities: Capabilities) -> Plan {
        var call = FunctionCall(
            capabilities.function("create_distributed_hypertable"),
            ["\(regclass: hypertable.table)", "\(hypertable.timeColumn)"])
        if let column = hypertable.partitionColumn { call.arguments.append("partitioning_column => \(column)") }
        if let partitions = hypertable.partitions { call.arguments.append("number_partitions => \(partitions)") }
        switch hypertable.chunkInterval {
        case .time(let text): call.arguments.append("chunk_time_interval => \(text, type: "interval")")
        case .units(let units): call.arguments.append("chunk_time_interval => \(String(units), type: "bigint")")
        case nil: break
        }
        if hypertable.ifNotExists { call.arguments.append("if_not_exists => \(true)") }
        if let factor = hypertable.replicationFactor { call.arguments.append("replication_factor => \(factor)") }
        if let nodes = hypertable.nodes { call.arguments.append("data_nodes => \(nodes)") }
        return Plan(call.table)
    }

    /// Whether a table of that name exists: one row with one boolean.
    package static func exists(_ table: TableName) -> SQL {
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_class
                        WHERE oid = pg_catalog.to_regclass(\(table.quoted)) AND relkind IN ('r', 'p', 'f'))
        """
    }

    /// Adds a dimension to a hypertable that has a time dimension.
    package static func add(_ dimension: Dimension, to table: TableName, _ capabilities: Capabilities) -> SQL {
        var call = FunctionCall(
            capabilities.function("add_dimension"), ["\(literal: table.quoted)", "\(literal: dimension.column)"])
        if let partitions = dimension.partitions {
            call.arguments.append("number_partitions => \(literal: partitions)")
        }
        switch dimension.interval.map(ChunkInterval.init) {
        case .time(let text): call.arguments.append("chunk_time_interval => \(literal: text)::interval")
        case .units(let units): call.arguments.append("chunk_time_interval => \(literal: units)::bigint")
        case nil: break
        }
        call.arguments.append("if_not_exists => true")
        return call.table
    }

    /// Sets on how many nodes each new chunk is stored.
    package static func setReplicationFactor(
        _ factor: Int, of table: TableName, _ capabilities: Capabilities
    ) -> Plan {
        let call = FunctionCall(
            capabilities.function("set_replication_factor"), ["\(regclass: table)", "\(factor)"])
        return Plan(call.scalar)
    }
}
