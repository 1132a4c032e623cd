import ClusterAccess
import MultiNode

extension CommandContext {
    /// What other nodes take over of a node's notes about continuous aggregates, before it leaves hypertables.
    ///
    /// - Parameters:
    ///   - tables: those that it leaves; nil for all.
    ///   - leaving: all nodes that leave, none of which takes over.
    func handingOver(
        from node: DataNode, _ tables: [TableName]?, leaving: [DataNode], _ capabilities: Capabilities
    ) async throws -> [SQL] {
        // The emulator has no hypertables on its data nodes.
        if capabilities.isEmulated { return [] }
        let all = try await cluster.send(PendingInvalidations.tables(on: node.name)).records.map { LeftTable(row: $0) }
        let left = all.filter { table in tables?.contains { table.table.isNamed($0) } ?? true }
        if left.isEmpty { return [] }
        let pending: PendingInvalidations
        do throws(ClusterError) {
            pending = try await cluster.limitedForQuestion().asking(node) { link throws(ClusterError) in
                PendingInvalidations(
                    try await cluster.send(
                        PendingInvalidations.list, on: link, node: node.name, timeout: .seconds(5)
                    ).records)
            }
        } catch {
            let names = left.map(\.table).names
            output.message(
                "note: \(node.name) does not tell what of \(names) no continuous aggregate has taken in yet (\(error.message)): where rows came to it since the last refresh, they may be missing there for good"
            )
            return []
        }
        let available = Set(try await cluster.nodes().filter(\.isAvailable).map(\.name))
            .subtracting(leaving.map(\.name))
        return left.compactMap { table in
            table.others.first(where: available.contains).flatMap {
                pending.handingOver(table, to: $0, capabilities)
            }
        }
    }
}
