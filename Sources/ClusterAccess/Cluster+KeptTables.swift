package import MultiNode

extension Cluster {
    /// The tables without a chunk that have rows on data nodes which may be nowhere else, by node, of those that answer.
    package func keptTables(on nodes: [DataNode]) async -> [String: [KeptTable]] {
        let cluster = quiet.limitedForQuestion()
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.asking(node) { link throws(ClusterError) in
                var kept: [KeptTable] = []
                for row in try await cluster.send(KeptTable.list, on: link, node: node.name).records {
                    let table = KeptTable(row: row)
                    let count = try? await cluster.send(table.count, on: link, node: node.name).value
                    let rows = count.flatMap { $0 }.flatMap { Int($0) }
                    if rows != 0 { kept.append(KeptTable(table.table, rows: rows, isSurplus: table.isSurplus)) }
                }
                return kept
            }
        }
        return Dictionary(answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }) { first, _ in
            first
        }
    }
}
