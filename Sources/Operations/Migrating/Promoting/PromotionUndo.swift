package import ClusterAccess
package import MultiNode
import Postgres

/// Lets a promoted node be a data node again, as long as nobody has written there.
package struct PromotionUndo: Sendable {
    private let record: PromotionRecord
    private let cluster: Cluster
    private let limits: CutoverLimits

    package init(of record: PromotionRecord, in cluster: Cluster, _ limits: CutoverLimits) {
        self.record = record
        self.cluster = cluster
        self.limits = limits
    }

    /// The plan, by place; nothing on the node where it is none of its own yet.
    package func preview() async throws(ClusterError) -> (accessNode: Plan, node: Plan) {
        let capabilities = try await cluster.capabilities()
        if record.isEnding { throw .isEnding(record) }
        let isPromoted = try await cluster.standing(of: record) != .between
        return (
            Plan(
                PromotionScript.returning(record, capabilities).map { .statement($0) }
                    + [.transaction(PromotionScript.opening(record))]),
            isPromoted ? Plan([.transaction(holding + PromotionScript.joining(record, capabilities))]) : Plan()
        )
    }

    /// Killed anywhere, nobody can write to either side, and the next run goes on.
    package func run() async throws(ClusterError) {
        if record.isEnding { throw .isEnding(record) }
        let capabilities = try await cluster.capabilities()
        let copies = try await cluster.send(PromotionStore.chunks).records.map { PromotedCopy(row: $0) }
        try await cluster.asking(promoted: record) { link, row throws(ClusterError) in
            guard row["is_promoted"] == "t" else { return }
            for statement in ["BEGIN"] + holding { try await cluster.send(statement, on: link, node: record.node) }
            let written = try await written(copies, on: link)
            guard written.isEmpty else {
                throw ClusterError(
                    "\(record.node) was written to since it is on its own (\(written.prefix(3).joined(separator: ", "))), and the other nodes have nothing of that: all is as it was",
                    node: record.node,
                    remedy:
                        "keep it as it is, with 'migrate finish all --drop-old'; or take back there what was written since"
                )
            }
            try await refuseOtherDefinitions(on: link)
            for statement in PromotionScript.joining(record, capabilities) + ["COMMIT"] {
                try await cluster.send(statement, on: link, node: record.node)
            }
        }
        for statement in PromotionScript.returning(record, capabilities) { try await cluster.send(statement) }
        try await cluster.carryOut(Plan([.transaction(PromotionScript.opening(record))]))
    }

    private var holding: [SQL] {
        CutoverHold.statements(
            record.tables, .againstAll, waiting: limits.lockTimeout, limit: limits.maxPause + .seconds(5))
    }

    /// - Throws: where the tables of the node are not those that the access node knows.
    private func refuseOtherDefinitions(on link: any Link) async throws(ClusterError) {
        let changes = try await cluster.send(PromotedDefinition.changes(record), on: link, node: record.node).records
        if changes.isEmpty { return }
        let told = changes.prefix(5).map { row in
            "\((row["item"] ?? nil) ?? "") \(row["is_new"] == "t" ? "is new" : "is gone")"
        }
        let more = changes.count > told.count ? "; and \(changes.count - told.count) more" : ""
        throw ClusterError(
            "the tables of \(record.node) were changed since it is on its own, and the access node does not know that (\(told.joined(separator: "; "))\(more)): all is as it was",
            node: record.node,
            remedy: "change them back there; or keep it as it is, with 'migrate finish all --drop-old'")
    }

    /// The chunks that are not what they were when the node was promoted.
    private func written(_ copies: [PromotedCopy], on link: any Link) async throws(ClusterError) -> [String] {
        func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await cluster.send(sql, on: link, node: record.node)
        }
        let xmin = try await ask(PromotionStore.xmin).value.flatMap { Int($0) } ?? 0
        let there = try await ask(PromotionStore.chunksThere(record)).records.map {
            TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "")
        }
        let before = Set(copies.map(\.chunk))
        var written = before.symmetricDifference(there).map(\.shownName)
        let facts = try await ask(SourceFacts.list(of: copies.map(\.chunk))).records.map { SourceFacts(row: $0) }
        for copy in copies {
            guard let now = facts.first(where: { $0.chunk == copy.chunk }) else { continue }
            if try await ask(copy.isWritten(now, since: xmin)).value != "f" { written.append(copy.chunk.shownName) }
        }
        return written.sorted()
    }
}
