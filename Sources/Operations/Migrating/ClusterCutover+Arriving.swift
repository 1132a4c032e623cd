import ClusterAccess
import MultiNode
import Postgres

/// What comes to another server with the table, in one transaction there.
extension ClusterCutover {
    func arrive(_ script: CutoverScript, _ sequences: [[String: String?]]) async throws(ClusterError) {
        let server = try await target.server()
        try await target.aside { link throws(ClusterError) in
            for statement in ["BEGIN"] + script.arriving(sequences, server) { try await write(statement, on: link) }
            for aggregate in script.aggregates {
                try await write(aggregate.making, on: link)
                try await carry(aggregate, over: link)
                for statement in [aggregate.marking(over: migration.target)] + aggregate.dressing {
                    try await write(statement, on: link)
                }
            }
            for statement in script.arrivingBehind(server) + ["COMMIT"] { try await write(statement, on: link) }
        }
    }

    /// The materialized rows of a continuous aggregate, with the history that is older than the raw data.
    private func carry(_ aggregate: DependentAggregate, over link: any Link) async throws(ClusterError) {
        let columns = try await holder.send(aggregate.columns).records.compactMap { $0["name"] ?? nil }
        let there = try await write(aggregate.rowsThere, on: link).records.first ?? [:]
        let rows = TableName(schema: there["schema"] ?? nil, name: (there["name"] ?? nil) ?? "")
        let settings = SourceReading.settings(encoding: capabilities.encoding)
        let source = try await holder.link()
        // The lock's own limits stay.
        try await holder.send("SET LOCAL DateStyle = 'ISO, YMD'")
        try await holder.send("SET LOCAL extra_float_digits = 3")
        try await holder.send("SET LOCAL client_encoding = \(literal: capabilities.encoding)")
        try await write(settings, on: link)
        _ = try await cluster.pipe(
            aggregate.copyOut(columns), on: source, of: Finding.accessNode,
            into: DependentAggregate.copyIn(rows, columns), on: link, of: target.node)
    }

    @discardableResult
    private func write(_ sql: SQL, on link: any Link) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: target.node)
    }
}
