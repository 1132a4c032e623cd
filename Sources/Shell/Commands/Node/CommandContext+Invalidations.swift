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
            tellLoss(of: left, "\(node.name) does not tell what", because: error.message)
            return []
        }
        let concerned = left.filter(pending.concerns)
        if concerned.isEmpty { return [] }
        let nodes = try await cluster.nodes().filter { other in
            other.isAvailable && !leaving.contains { $0.name == other.name }
        }
        var statements: [SQL] = []
        for table in concerned {
            guard let heir = await firstAnswering(nodes.filter { table.others.contains($0.name) }) else {
                tellLoss(
                    of: [table], "no other node can note what", because: "none of \(table.table.shownName) answers")
                continue
            }
            statements += pending.handingOver(table, to: heir.name, capabilities)
        }
        return statements
    }

    /// A node that is down is not to keep another one from leaving.
    private func firstAnswering(_ nodes: [DataNode]) async -> DataNode? {
        for node in nodes {
            let question = cluster.limitedForQuestion()
            let answers = try? await question.asking(node) { link throws(ClusterError) in
                try await question.send("SELECT 1", on: link, node: node.name, timeout: .seconds(3)).value
            }
            if answers != nil { return node }
        }
        return nil
    }

    private func tellLoss(of tables: [LeftTable], _ what: String, because reason: String) {
        output.message(
            "note: \(what) of \(tables.map(\.table).names) no continuous aggregate has taken in yet (\(reason)): where rows came since the last refresh, they may be missing there for good"
        )
    }
}
