import ClusterAccess
import MultiNode
import Postgres

/// What the scripts of the lists are made from, where the lists themselves don't have it.
struct ScriptSources {
    private let cluster: Cluster

    init(_ cluster: Cluster) {
        self.cluster = cluster
    }

    func script(of hypertables: [Hypertable]) async throws(ClusterError) -> [String] {
        let capabilities = try await cluster.capabilities()
        // A connection of its own: the search path of the session's is the user's. And a transaction, with which what is
        // set ends: behind a pooler, an application gets the server's session next.
        return try await cluster.aside { link throws(ClusterError) in
            try await cluster.send("BEGIN READ ONLY", on: link)
            try await cluster.send(DefinitionReading.local, on: link)
            let names = hypertables.map(\.table)
            let dimensions = TableName.groups(try await cluster.send(Dimension.list(of: names), on: link).records)
                .mapValues { $0.map { Dimension(row: $0) } }
            let tables = names.map { (name: $0, dimensions: dimensions[$0] ?? []) }
            let query = TableDefinition.query(of: tables, capabilities)
            let parts = TableName.groups(try await cluster.send(query, on: link).records)
            try await cluster.send("ROLLBACK", on: link)
            return zip(hypertables, tables).flatMap { hypertable, table in
                let definition = TableDefinition(table.name, rows: parts[table.name] ?? [])
                return HypertableScript(hypertable, table.dimensions, definition).lines(capabilities)
            }
        }
    }

    func script(
        of own: RoleSurvey.Remote, _ answers: [Answer<DataNode, RoleSurvey.Remote>], _ mappings: UserMappings
    ) async throws(ClusterError) -> [String] {
        let remote = answers.compactMap { answer in answer.value.map { (node: answer.item, $0) } }
        func sorted(_ roles: RoleSurvey.Remote) -> [DatabaseRole] { roles.roles.values.sorted { $0.name < $1.name } }
        var script = RoleScript(
            own: sorted(own), remote: remote.map { node, remote in (node.name, sorted(remote)) })
        if own.areOdd || remote.contains(where: \.1.areOdd) { script.leaveOutOddNames() }
        script.mappings = mappings
        script.silentNodes = answers.filter { $0.error != nil }.map(\.item.name)
        script.onePerServer = ServerChoice(remote.map { node, remote in (node, remote.server) }).nodes.map(\.name)
        for row in try await cluster.send(NodeGrants.list).records {
            guard let node = row["node"] ?? nil else { continue }
            if let role = row["grantee"] ?? nil {
                script.grants[role, default: []].append(node)
            } else {
                script.publicNodes.append(node)
            }
        }
        script.omissions = try await cluster.send(RoleOmissions.query).records.map { RoleOmissions.omission(row: $0) }
        return script.lines
    }
}
