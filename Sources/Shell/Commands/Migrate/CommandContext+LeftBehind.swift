import ClusterAccess
import MultiNode
import Operations
import Postgres

/// What only the access node has, which does not come along with a node that is promoted.
extension CommandContext {
    /// What is told of a node that is to be promoted.
    func examine(
        _ node: DataNode, _ tables: [ChunkedTable]
    ) async throws(ClusterError) -> (MigrationFacts, NodePromotion) {
        let facts = try await cluster.migrationFacts(of: tables, to: MigrationTarget(inPlaceOf: cluster))
        let others = try await others(besides: node)
        let info = try await cluster.link().info
        func options(_ host: String, _ port: Int, _ database: String) -> String {
            ["-h", host, "-p", String(port), "-U", info.user, "-d", database].map(ShellWord.quoted)
                .joined(separator: " ")
        }
        let dumped = others.filter(\.isDumped).map { "-t \(ShellWord.quoted($0.name.quoted))" }
            .joined(separator: " ")
        let here = options(info.host, info.port, info.database)
        let there = "psql -X -v ON_ERROR_STOP=1 \(options(node.host, node.port, node.database))"
        let copying = "pg_dump \(here) \(dumped) | \(there)"
        let rows = others.filter(\.isHypertable).map { other in
            let name = other.name.quoted
            return "psql -X \(here) -c \(ShellWord.quoted("COPY (SELECT * FROM \(name)) TO STDOUT")) | "
                + "\(there) -c \(ShellWord.quoted("COPY \(name) FROM STDIN"))"
        }
        return (
            facts,
            NodePromotion(
                of: node.name, facts, others: others, copying: copying, rows: rows.joined(separator: "; "))
        )
    }

    /// What only the access node has.
    private func others(besides node: DataNode) async throws(ClusterError) -> [OtherRelation] {
        let others = try await cluster.send(OtherRelation.list).records.map { OtherRelation(row: $0) }
        // Data nodes may have these themselves. One that does not answer is told of otherwise.
        guard others.contains(where: \.mayBeThere) else { return others }
        do throws(ClusterError) {
            let there = try await cluster.asking(node) { link throws(ClusterError) in
                try await cluster.send(OtherRelation.list, on: link, node: node.name).records
            }
            let known = Set(there.map { OtherRelation(row: $0) })
            return others.filter { !$0.mayBeThere || !known.contains($0) }
        } catch {
            if error.kind == .interrupted { throw error }
            return others
        }
    }

    /// What the access node has still, and the promoted node has not; a line at most.
    func othersLeft(besides record: PromotionRecord) async throws(ClusterError) -> [String] {
        var others = try await cluster.send(OtherRelation.list).records.map { OtherRelation(row: $0) }
        let tables = try await cluster.chunkedTables().map(\.table).filter {
            !(record.tables + record.asides).contains($0)
        }
        if others.isEmpty && tables.isEmpty { return [] }
        if try await cluster.nodes().contains(where: { $0.name == record.node }) {
            let there = try await cluster.asking(promoted: record) { link, _ throws(ClusterError) in
                try await cluster.send(OtherRelation.list, on: link, node: record.node).records
            }
            let known = Set(there.map { OtherRelation(row: $0) })
            others.removeAll { known.contains($0) }
        }
        let names = tables.map { "the distributed hypertable \($0.shownName)" } + others.map(\.shown)
        if names.isEmpty { return [] }
        return ["only the access node has \(names.listed): bring over what is needed of it before it is stopped"]
    }
}
