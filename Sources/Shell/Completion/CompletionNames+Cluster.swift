import ClusterAccess
import MultiNode

/// The names that only the access node knows.
extension CompletionNames {
    /// Reads them, a statement for each kind.
    ///
    /// - Parameter timeout: for each statement.
    /// - Returns: the data nodes; nil when the names can't be had soon.
    mutating func read(
        _ link: any Link, _ capabilities: Capabilities, _ cluster: Cluster, timeout: Duration
    ) async -> [DataNode]? {
        func rows(_ sql: SQL) async -> [[String: String?]]? {
            try? await cluster.send(sql, on: link, timeout: timeout).records
        }
        guard let nodes = await rows(DataNode.list(capabilities))?.map({ DataNode(row: $0) }),
            let roles = await rows(DatabaseRole.list),
            let hypertables = await rows(Hypertable.list)?.map({ Hypertable(row: $0) }),
            let jobs = await rows(MultiNode.Job.list(capabilities))?.map({ MultiNode.Job(row: $0) })
        else { return nil }
        // Who may not read these completes without them.
        let blocked = Set((await rows(NameQueries.blockedNodes) ?? []).compactMap { $0["node"] ?? nil })
        let tables = await rows(NameQueries.tables) ?? []
        chunks = (await rows(NameQueries.chunks) ?? []).compactMap { $0["name"] ?? nil }
        if capabilities.canCopyChunks {
            copies = (await rows(NameQueries.copies) ?? []).compactMap { $0["name"] ?? nil }
        }
        self.nodes = nodes.map { node in
            Node(node.name, isAvailable: node.isAvailable, isBlocked: blocked.contains(node.name))
        }
        self.roles = roles.compactMap { $0["role"] ?? nil }
        self.hypertables = hypertables.map(\.table.shownName)
        self.jobs = jobs.map { Job($0.id, $0.name, isScheduled: $0.isScheduled) }
        self.tables = tables.map { row in
            let table = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
            let isTable = (row["is_table"] ?? nil) == "t"
            return Table(table.shownName, written: (row["written"] ?? nil) ?? "", isTable: isTable)
        }
        return nodes
    }

    mutating func takeCluster(from other: CompletionNames) {
        nodes = other.nodes
        roles = other.roles
        hypertables = other.hypertables
        jobs = other.jobs
        tables = other.tables
        chunks = other.chunks
        copies = other.copies
    }
}
