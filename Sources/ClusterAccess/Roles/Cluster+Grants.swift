package import MultiNode
import Postgres

/// What is granted on the distributed hypertables and their schemas, on the access node and on data nodes.
extension Cluster {
    /// The distributed hypertables; none in the emulator, which has no tables on its data nodes.
    package func sharedTables() async throws(ClusterError) -> SharedTables {
        if try await capabilities().isEmulated { return SharedTables([]) }
        return SharedTables(try await send(SharedTables.list).records)
    }

    /// The access node's grants, to compare those of data nodes with; nil where there is no distributed hypertable.
    package func grantComparison(_ tables: SharedTables) async throws(ClusterError) -> GrantComparison? {
        if tables.isEmpty { return nil }
        let numbers = tables.onAccessNode
        let rows = try await send(ServerGrants.query(of: numbers.keys.sorted(), in: tables.schemas)).records
        return GrantComparison(tables, ServerGrants(rows, of: numbers))
    }

    /// A data node's grants; it is not asked where there is no distributed hypertable.
    func grants(
        of tables: SharedTables, on link: any Link, node: DataNode
    ) async throws(ClusterError) -> ServerGrants {
        if tables.isEmpty { return ServerGrants([], of: [:]) }
        let numbers = tables.on(node.name)
        let query = ServerGrants.query(of: numbers.keys.sorted(), in: tables.schemas)
        return ServerGrants(
            try await send(query, on: link, node: node.name, timeout: .seconds(5)).records, of: numbers)
    }

    /// The grants of data nodes, read side by side, for at most 5 seconds.
    package func grants(
        of tables: SharedTables, on nodes: [DataNode]
    ) async -> [Answer<DataNode, ServerGrants>] {
        await onEach(nodes) { node throws(ClusterError) in
            let own = limitedForQuestion()
            return try await own.asking(node) { link throws(ClusterError) in
                try await own.grants(of: tables, on: link, node: node)
            }
        }
    }
}
