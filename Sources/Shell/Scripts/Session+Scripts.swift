import MultiNode
import Postgres

/// What the scripts of the lists are made from, where the lists themselves don't have it.
extension Session {
    func script(of hypertables: [Hypertable]) async throws(Failure) -> [String] {
        let capabilities = try await cluster().capabilities
        // A connection of its own: the search path of the session's is the user's.
        return try await closing(try await openAccessNode()) { connection throws(Failure) in
            try await send("SET search_path = pg_catalog", on: connection)
            var lines: [String] = []
            for hypertable in hypertables {
                lines += try await script(of: hypertable, connection, capabilities).lines(capabilities)
            }
            return lines
        }
    }

    private func script(
        of hypertable: Hypertable, _ connection: Connection, _ capabilities: Capabilities
    ) async throws(Failure) -> HypertableScript {
        let table = hypertable.table
        let dimensions = try await send(Dimension.list(of: table), on: connection).records.map { Dimension(row: $0) }
        let query = TableDefinition.query(of: table, dimensions: dimensions, capabilities)
        let rows = try await send(query, on: connection).records
        var script = HypertableScript(hypertable, dimensions, TableDefinition(table, rows: rows))
        let blocked = try await send(Hypertables.blockedNodes(of: table), on: connection).records
        script.blockedNodes = blocked.compactMap { $0["node"] ?? nil }
        return script
    }

    func script(
        of own: [DatabaseRole], _ remote: [(node: DataNode, roles: [String: DatabaseRole])], _ nodes: [DataNode]
    ) async throws(Failure) -> [String] {
        let connection = try await cluster().connection
        var script = RoleScript(
            own: own,
            remote: remote.map { node, roles in (node.name, roles.values.sorted { $0.name < $1.name }) })
        script.silentNodes = nodes.map(\.name).filter { name in !remote.contains { $0.node.name == name } }
        script.onePerServer = try await onePerServer(remote.map(\.node), withoutOwn: false).map(\.name)
        for row in try await send(NodeGrants.list, on: connection).records {
            guard let node = row["node"] ?? nil else { continue }
            if let role = row["grantee"] ?? nil {
                script.grants[role, default: []].append(node)
            } else {
                script.publicNodes.append(node)
            }
        }
        script.omissions = try await send(RoleOmissions.query, on: connection).records.map {
            RoleOmissions.omission(row: $0)
        }
        return script.lines
    }
}
