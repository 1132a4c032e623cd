/// A data node as a server of its own: where it has every chunk, nothing is copied.
package struct NodePromotion: Sendable {
    package let node: String
    private let facts: MigrationFacts

    package init(of node: String, _ facts: MigrationFacts) {
        self.node = node
        self.facts = facts
    }

    package var findings: [MigrationFinding] {
        let check = MigrationCheck(facts)
        let ofCluster = check.findings.filter { [.inDoubt, .unprovedCopy].contains($0.name) }
        return ofCluster + unread + incomplete + leftBehind
    }

    private var unread: [MigrationFinding] {
        guard let why = facts.unread[node] else { return [] }
        return [
            MigrationFinding(.error, .nodeSilent, node, "it can't be read (\(why))", remedy: "node ping \(word: node)")
        ]
    }

    private var incomplete: [MigrationFinding] {
        facts.definitions.compactMap { definition in
            let chunks = facts.chunks.filter { $0.tableID == definition.id }
            let lacking = chunks.filter { !$0.nodes.contains(node) }.count
            guard lacking > 0 else { return nil }
            return MigrationFinding(
                .error, .notWhole, definition.source.shownName,
                "\(lacking) of its \(chunks.count) chunks are not on \(node)",
                remedy: "chunk copy --of \(word: definition.source.description) --to \(word: node)")
        }
    }

    /// What only the access node has.
    private var leftBehind: [MigrationFinding] {
        let columns = facts.definitions.flatMap { definition in
            let own = definition.parts(.identity).map(\.state) + definition.parts(.sequence).map(\.name)
            return own.isEmpty
                ? []
                : [
                    MigrationFinding(
                        .warning, .leftBehind, definition.source.shownName,
                        "the values of \(own.listed) come from the access node: the node has no such default or sequence",
                        remedy: "make them there, with the number that the access node is at")
                ]
        }
        return columns + [
            MigrationFinding(
                .warning, .leftBehind, node,
                "it has no views, continuous aggregates, policies and jobs of the access node, and none of its ordinary tables",
                remedy: "pg_dump takes them over")
        ]
    }

    /// What is done on the node itself, as a superuser, so that it belongs to no cluster any more.
    package static let statements: [SQL] = [
        "DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'",
        "UPDATE _timescaledb_catalog.hypertable SET replication_factor = NULL WHERE replication_factor = -1",
        // Its chunks bear the access node's numbers.
        """
        SELECT pg_catalog.setval('_timescaledb_catalog.chunk_id_seq', GREATEST(last_value, (
                   SELECT pg_catalog.max(pg_catalog.substring(table_name, '_(\\d+)_chunk$')::bigint)
                     FROM _timescaledb_catalog.chunk)))
          FROM _timescaledb_catalog.chunk_id_seq
        """,
    ]
}
