/// What is found before hypertables are migrated.
package struct MigrationCheck: Sendable {
    let facts: MigrationFacts

    package init(_ facts: MigrationFacts) { self.facts = facts }

    /// Those that forbid it first.
    package var findings: [MigrationFinding] {
        // What is told of the tables of a database that is none to go to would mislead.
        let server = ofServer
        if server.contains(where: { $0.name == .wrongTarget }) { return server.filter { $0.severity == .error } }
        let found =
            ofNodes + ofCopies + ofServer + ofNames + ofNeeds + ofTables + ofAggregates + ofPolicies + ofLeftBehind
            + ofSettings
        return [.error, .warning, .note].flatMap { severity in found.filter { $0.severity == severity } }
    }

    static let target = "the target"

    var place: String { facts.naming.isInPlace ? Finding.accessNode : Self.target }

    func table(_ id: Int) -> TableName? { facts.definitions.first { $0.id == id }?.source }

    // MARK: The data nodes

    private var ofNodes: [MigrationFinding] {
        facts.inDoubt.sorted { $0.key < $1.key }.map { node, count in
            let what = count == 1 ? "a transaction is" : "\(count) transactions are"
            return MigrationFinding(
                .error, .inDoubt, node, "\(what) in doubt there: what came of it can't be copied",
                remedy: "heal \(word: node)")
        }
    }

    private var ofCopies: [MigrationFinding] {
        var findings = facts.unproved.compactMap { copying -> MigrationFinding? in
            guard let table = copying.table, let chunk = copying.chunk else { return nil }
            return MigrationFinding(
                .error, .unprovedCopy, table.shownName,
                "the copy of \(chunk.name) on \(copying.destination) was never compared with the other",
                remedy: "chunk cleanup")
        }
        var needed: Set<String> = []
        for definition in facts.definitions {
            let chunks = facts.chunks.filter { $0.tableID == definition.id }
            let lost = chunks.filter { chunk in chunk.nodes.allSatisfy { facts.unread[$0] != nil } }
            for (nodes, lost) in Dictionary(grouping: lost, by: \.nodes).sorted(by: {
                $0.key.joined() < $1.key.joined()
            }) {
                needed.formUnion(nodes)
                let which =
                    lost.count == chunks.count ? "all of its \(chunks.count)" : "\(lost.count) of its \(chunks.count)"
                let why = nodes.compactMap { node in facts.unread[node].map { "\(node) (\($0))" } }.listed
                findings.append(
                    MigrationFinding(
                        .error, .nodeSilent, definition.source.shownName,
                        "\(which) chunks can't be read, as they are only on \(why)",
                        remedy: Self.remedy(for: nodes, facts.unread)))
            }
        }
        for (node, why) in facts.unread.sorted(by: { $0.key < $1.key }) where !needed.contains(node) {
            findings.append(
                MigrationFinding(
                    .note, .nodeSilent, node, "it can't be read (\(why)); no chunk is only there",
                    remedy: "'node ping \(word: node)' says why"
                        + (facts.naming.isInPlace ? "; the cut-over needs it" : "")))
        }
        return findings
    }

    private static func remedy(for nodes: [String], _ unread: [String: String]) -> String {
        let ways = nodes.map { node in
            unread[node] == MigrationFacts.unavailable
                ? "'node enable \(Quoting.word(node))' once it is back"
                : "bring it back: 'node ping \(Quoting.word(node))' says why"
        }
        let lost = nodes.map { "'node abandon \(Quoting.word($0)) --lose-data'" }
        return (ways + ["\(lost.joined(separator: ", ")) where it is lost"]).joined(separator: "; ")
    }

    // MARK: What depends on the tables, or is of no use elsewhere

    private var ofAggregates: [MigrationFinding] {
        let old = facts.naming.isInPlace ? [] : facts.aggregates.filter { !$0.hasValues }
        let expanded = facts.aggregates.filter { $0.compressedChunks > 0 }.compactMap { aggregate in
            table(aggregate.tableID).map { table in
                MigrationFinding(
                    .note, .room, table.shownName,
                    "the rows of \(aggregate.compressedChunks) compressed \(aggregate.compressedChunks == 1 ? "chunk" : "chunks") of \(aggregate.view.shownName) come along uncompressed, and take more room until its policy compresses them again",
                    remedy: "")
            }
        }
        return expanded
            + old.compactMap { aggregate in
                table(aggregate.tableID).map { table in
                    MigrationFinding(
                        .error, .aggregates, table.shownName,
                        "the continuous aggregate \(aggregate.view.shownName) has the old form, which can't go to another server",
                        remedy:
                            "sql CALL cagg_migrate('\(aggregate.view.quoted)') makes it new; or leave in place, without --to"
                    )
                }
            }
            + facts.histories.compactMap { history in
                guard let table = table(history.tableID) else { return nil }
                return MigrationFinding(
                    .warning, .aggregateHistory, table.shownName,
                    "\(history.view.shownName) \(history.isReadable ? "has" : "may have") rows of before the oldest raw data: they "
                        + "come along, and a refresh over all of its time deletes them afterwards, as it would now",
                    remedy:
                        "let no refresh, nor start_offset of its policy, reach further back than the raw data; this is told as long as it "
                        + "has such rows: '--accept \(MigrationFinding.Name.aggregateHistory.rawValue)' goes on")
            }
    }

    /// What only the access node has, and is no part of what goes to another server.
    private var ofLeftBehind: [MigrationFinding] {
        guard !facts.leftBehind.isEmpty else { return [] }
        let names = facts.leftBehind.map(\.shown)
        let more = names.count > 10 ? ", and \(names.count - 10) more" : ""
        return [
            MigrationFinding(
                .note, .leftBehind, place,
                "\(names.prefix(10).joined(separator: ", "))\(more) \(names.count == 1 ? "stays" : "stay") on the access node",
                remedy:
                    "make anew there what is needed: 'pg_dump --schema-only' of the access node has the text of functions, 'job list' has the jobs"
            )
        ]
    }

    private var ofTables: [MigrationFinding] {
        var findings = facts.traits.filter(isOfThisWay).compactMap { trait in
            table(trait.tableID).map { finding(of: trait, $0) }
        }
        for definition in facts.definitions {
            for dimension in definition.dimensions where dimension.partitions != nil {
                findings.append(
                    MigrationFinding(
                        .note, .spaceDimension, definition.source.shownName,
                        "its space dimension \(dimension.column) comes along: on one server it only makes more chunks, and "
                            + "can't be taken away later",
                        remedy: ""))
            }
            guard definition.compression != nil, facts.target.crashesAtCompressedUpdates else { continue }
            findings.append(
                MigrationFinding(
                    .note, .compressedUpdates, definition.source.shownName,
                    "TimescaleDB \(facts.target.versionText) can crash the server where sessions UPDATE or DELETE compressed rows of a "
                        + "plain hypertable side by side with no condition on the time; of a distributed one it refuses that",
                    remedy: "name the time in them, or have no two of them at once, until the extension is updated"))
        }
        return findings
    }

    private var ofSettings: [MigrationFinding] {
        let bytes = facts.definitions.map { facts.extent(of: $0).bytes }.reduce(0, +)
        var findings = facts.server.eventTriggers.map { trigger in
            MigrationFinding(
                .warning, .eventTriggers, place, "the event trigger \(trigger) fires at what is made there",
                remedy:
                    "disable it until the tables are there: ALTER EVENT TRIGGER \(Quoting.identifier(trigger)) DISABLE")
        }
        if bytes > 0 {
            findings.append(
                MigrationFinding(
                    .note, .room, place,
                    "about \(bytes / 1_048_576 + 1) MB more are needed there, which nobody can see from here",
                    remedy: "look at its disk before 'migrate copy'"))
        }
        return findings
    }
}
