import ClusterAccess
import MultiNode
import Postgres

/// What a server tells about the arrays in an answer whose types are none of PostgreSQL's own. Only JSON has a use for it.
struct ArrayQuestions: Sendable {
    let cluster: Cluster
    /// The data node that has answered; nil for the access node.
    let node: DataNode?

    private var kept: KnownArrays { cluster.connection.knownArrays }

    /// The types of columns that have to be asked for.
    func unknown(_ columns: [QueryResult.Column]) -> [UInt32] {
        let oids = Set(columns.map(\.typeOID).filter { !ArrayTypes.isBuiltIn($0) })
        return oids.isEmpty ? [] : oids.subtracting(kept.known(on: node?.name).keys).sorted()
    }

    /// Columns with the types that are shown alike, as far as these are known.
    func known(_ columns: [QueryResult.Column]) -> [QueryResult.Column] {
        guard columns.contains(where: { !ArrayTypes.isBuiltIn($0.typeOID) }) else { return columns }
        let alike = kept.known(on: node?.name)
        return columns.map { QueryResult.Column(name: $0.name, typeOID: alike[$0.typeOID] ?? $0.typeOID) }
    }

    /// Asks once in a session. Where there is no answer, the arrays are shown as texts.
    ///
    /// - Parameter isEnded: whether the statement has ended, so that its connection is free. In a transaction an error
    ///   would end that, so that another connection is asked.
    func ask(_ oids: [UInt32], isEnded: Bool) async {
        let (cluster, query) = (cluster.limitedForQuestion(), ArrayTypes.query(oids))
        guard let rows = try? await answer(to: query, cluster, isEnded: isEnded) else { return }
        kept.add(ArrayTypes.answer(rows, to: oids), on: node?.name)
    }

    private func answer(to query: SQL, _ cluster: Cluster, isEnded: Bool) async throws(ClusterError) -> [[String?]] {
        if let node {
            return try await cluster.asking(node, keeping: cluster.connection.kept) { link throws(ClusterError) in
                try await cluster.send(query, on: link, node: node.name).rows
            }
        }
        if isEnded, await !cluster.isInTransaction { return try await cluster.send(query).rows }
        return try await cluster.aside(keeping: cluster.connection.kept) { link throws(ClusterError) in
            try await cluster.send(query, on: link).rows
        }
    }
}
