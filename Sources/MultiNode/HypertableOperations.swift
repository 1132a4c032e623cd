/// The SQL of what is done with distributed hypertables.
package enum HypertableOperations {
    /// - Parameter chunkInterval: an interval, or a whole number for a time column that is one.
    package static func create(
        _ table: TableName, timeColumn: String, partitionBy column: String?, partitions: Int?, chunkInterval: String?,
        replicationFactor: Int?, nodes: [String]?, ifNotExists: Bool, _ capabilities: Capabilities
    ) -> Plan {
        var arguments: [SQL] = ["\(table.quoted)", "\(timeColumn)"]
        if let column { arguments.append("partitioning_column => \(column)") }
        if let partitions { arguments.append("number_partitions => \(partitions)") }
        if let chunkInterval {
            arguments.append(
                Int(chunkInterval).map { "chunk_time_interval => \($0)::bigint" }
                    ?? "chunk_time_interval => \(chunkInterval)::interval")
        }
        if ifNotExists { arguments.append("if_not_exists => true") }
        if let replicationFactor { arguments.append("replication_factor => \(replicationFactor)") }
        if let nodes { arguments.append("data_nodes => \(nodes)") }
        return Plan("SELECT * FROM \(raw: capabilities.function("create_distributed_hypertable"))(\(list: arguments))")
    }

    package static func replicate(_ table: TableName, _ factor: Int, _ capabilities: Capabilities) -> Plan {
        Plan("SELECT \(raw: capabilities.function("set_replication_factor"))(\(table.quoted), \(factor))")
    }
}
