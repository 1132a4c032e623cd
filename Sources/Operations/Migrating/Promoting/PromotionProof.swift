package import ClusterAccess
package import MultiNode
import Postgres

/// A chunk of a promoted node as it is now, beside what the others have of it.
package struct ProvedCopy: Sendable {
    package enum State: String, Sendable {
        case same
        /// The node was written to since.
        case written
        /// The node has dropped it since.
        case dropped
        case differs
        /// No other node has it: it has not changed.
        case only
    }

    package let copy: PromotedCopy
    /// The other node that it was compared with.
    package let other: String?
    package let state: State
}

extension Cluster {
    /// Compares a promoted node with the others, row for row.
    package func prove(_ record: PromotionRecord) async throws(ClusterError) -> [ProvedCopy] {
        let copies = try await send(PromotionStore.chunks).records.map { PromotedCopy(row: $0) }
        let nodes = try await nodes()
        var proved: [ProvedCopy] = []
        let groups = Dictionary(grouping: copies) { $0.others.first }
        try await asking(promoted: record) { link, row throws(ClusterError) in
            // Whether a chunk was written to its rows tell, all of them.
            try await send(AllRows.ofSession, on: link, node: record.node)
            let proof = PromotedCopyProof(record, self, link, isPromoted: row["is_promoted"] == "t")
            for (other, copies) in groups {
                guard let other, let node = nodes.first(where: { $0.name == other }) else {
                    for copy in copies { proved.append(try await proof.compare(copy, with: nil)) }
                    continue
                }
                proved += try await asking(node) { otherLink throws(ClusterError) in
                    var proved: [ProvedCopy] = []
                    for copy in copies { proved.append(try await proof.compare(copy, with: (other, otherLink))) }
                    return proved
                }
            }
        }
        return proved.sorted {
            ($0.copy.table.description, $0.copy.chunk.name) < ($1.copy.table.description, $1.copy.chunk.name)
        }
    }
}

/// The comparison of one chunk after the other, over a connection to the promoted node.
private struct PromotedCopyProof {
    let record: PromotionRecord
    let cluster: Cluster
    let link: any Link
    let isPromoted: Bool

    init(_ record: PromotionRecord, _ cluster: Cluster, _ link: any Link, isPromoted: Bool) {
        self.record = record
        self.cluster = cluster
        self.link = link
        self.isPromoted = isPromoted
    }

    func compare(
        _ copy: PromotedCopy, with other: (name: String, link: any Link)?
    ) async throws(ClusterError) -> ProvedCopy {
        func ask(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await cluster.send(sql, on: link, node: record.node)
        }
        func proved(_ state: ProvedCopy.State) -> ProvedCopy {
            ProvedCopy(copy: copy, other: other?.name, state: state)
        }
        guard let facts = try await ask(SourceFacts.list(of: [copy.chunk])).records.first.map({ SourceFacts(row: $0) })
        else { return proved(.dropped) }
        var isWritten = false
        if isPromoted {
            let xmin = try await ask(PromotionStore.xmin).value.flatMap { Int($0) } ?? 0
            isWritten = try await ask(copy.isWritten(facts, since: xmin)).value != "f"
        }
        guard let other else { return proved(isWritten ? .written : .only) }
        let columns =
            try await ask(TargetTable.query(of: copy.table)).records.first
            .flatMap { TargetTable(copy.table, row: $0) }?.columns ?? []
        let hash = RowHash(columns, servers: [link.info.serverVersion, other.link.info.serverVersion])
        let one = try await digest(copy.chunk, hash, on: link, of: record.node)
        let two = try await digest(copy.chunk, hash, on: other.link, of: other.name)
        if one.rows == two.rows, one.hash == two.hash { return proved(.same) }
        return proved(isWritten ? .written : .differs)
    }

    private func digest(
        _ chunk: TableName, _ hash: RowHash, on link: any Link, of node: String
    ) async throws(ClusterError) -> RowDigest {
        let reading = ChunkReading(chunk, on: node, cluster, link)
        let (facts, _) = try await reading.begin()
        let digest = try await reading.digest(hash, facts).get()
        try await cluster.send("ROLLBACK", on: link, node: node)
        return digest
    }
}
