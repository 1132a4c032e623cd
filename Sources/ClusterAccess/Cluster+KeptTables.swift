package import MultiNode

extension Cluster {
    /// The tables that were kept aside on data nodes, by node, of those that answer.
    package func keptTables(on nodes: [DataNode]) async -> [String: [KeptTable]] {
        let cluster = quiet.limitedForQuestion()
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.asking(node) { link throws(ClusterError) in
                var kept: [KeptTable] = []
                for row in try await cluster.send(KeptTable.list, on: link, node: node.name).records {
                    let table = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
                    let count = try? await cluster.send(CopyFacts.count(of: table), on: link, node: node.name).value
                    kept.append(KeptTable(table, rows: count.flatMap { Int($0) }))
                }
                return kept
            }
        }
        return Dictionary(answers.map { ($0.item.name, $0.value ?? []) }) { first, _ in first }
    }
}
