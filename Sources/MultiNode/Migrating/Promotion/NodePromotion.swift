/// A data node as a server of its own: where it has every chunk, nothing is copied.
package struct NodePromotion: Sendable {
    package let node: String
    private let facts: MigrationFacts
    private let others: [OtherRelation]
    private let copying: String
    private let rows: String

    /// - Parameters:
    ///   - others: what the access node has besides the distributed hypertables.
    ///   - copying: the command that brings those of them to the node that can be brought.
    ///   - rows: the commands that bring the rows of hypertables that are not distributed, once they are made there.
    package init(
        of node: String, _ facts: MigrationFacts, others: [OtherRelation] = [], copying: String = "", rows: String = ""
    ) {
        self.rows = rows
        self.node = node
        self.facts = facts
        self.others = others
        self.copying = copying
    }

    package var findings: [MigrationFinding] {
        let check = MigrationCheck(facts)
        let ofCluster = check.findings.filter { [.inDoubt, .unprovedCopy].contains($0.name) }
        return ofCluster + unread + incomplete + taken + leftBehind
    }

    /// The names that the tables get on the access node.
    private var taken: [MigrationFinding] {
        let names = Set(facts.definitions.map { MigrationNames.aside(of: $0.source) })
        return facts.server.taken.filter(names.contains).map { name in
            MigrationFinding(
                .error, .nameTaken, Finding.accessNode,
                "there is something of the name \(name.shownName), which its table is to have there once \(node) is on its own",
                remedy: "rename or drop it, unless it is of use")
        }
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
        let aggregates = others.filter(\.isAggregate)
        var findings = aggregates.map { other in
            MigrationFinding(
                .warning, .leftBehind, node,
                "the continuous aggregate \(other.name.shownName) stays on the access node",
                remedy: "make it anew there afterwards: its rows come from the raw data, older ones stay behind")
        }
        // What comes later may need them.
        findings += leftBehind(
            others.filter(\.isExtension), remedy: "make it there first, in psql, afterwards: CREATE EXTENSION")
        findings += leftBehind(others.filter(\.isDumped), remedy: "afterwards: \(copying)")
        findings += leftBehind(
            others.filter(\.isHypertable),
            remedy:
                "its rows are in chunks of the access node, which pg_dump -t does not bring: afterwards make it there, with create_hypertable; then \(rows)"
        )
        return findings
            + leftBehind(
                others.filter { !$0.isAggregate && !$0.isDumped && !$0.isHypertable && !$0.isExtension },
                remedy:
                    "make it anew there afterwards: 'pg_dump --schema-only' of the access node has its text, for a job 'job list'"
            )
    }

    private func leftBehind(_ others: [OtherRelation], remedy: String) -> [MigrationFinding] {
        if others.isEmpty { return [] }
        let more = others.count > 10 ? ", and \(others.count - 10) more" : ""
        return [
            MigrationFinding(
                .warning, .leftBehind, node,
                "\(others.prefix(10).map(\.shown).joined(separator: ", "))\(more) \(others.count == 1 ? "stays" : "stay") on the access node",
                remedy: remedy)
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
