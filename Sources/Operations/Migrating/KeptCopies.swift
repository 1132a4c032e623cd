package import ClusterAccess
package import MultiNode
import Postgres

/// The copies of one migration that are kept although the access node has the chunks no more (``LostSource``).
package struct KeptCopies: Sendable {
    package let migration: Migration
    package let chunks: [(record: MigratedChunk, because: LostSource)]

    /// `a: kept: the source lost it with dn2: 3 chunks, 408 rows, which only a__new has`, one for each reason.
    var facts: [String] { reasons.map(\.facts) }

    /// The same with what to do where they are not to be kept.
    package var told: [String] {
        let isInPlace = migration.target != migration.source
        return reasons.map { facts, chunks in
            let drop = "DROP TABLE \(chunks.first?.target?.quoted ?? "")\(chunks.count > 1 ? ", and so on" : "")"
            return
                "\(facts); the cut-over takes them along; where they were dropped on purpose after all, \(isInPlace ? "sql" : "on the target:") \(drop)"
        }
    }

    private var reasons: [(facts: String, chunks: [MigratedChunk])] {
        Dictionary(grouping: chunks) { $0.because.reason }.sorted { $0.key < $1.key }.map { reason, chunks in
            let rows = chunks.reduce(0) { $0 + ($1.record.rows ?? 0) }
            let counts = "\(Self.count(chunks.count, "chunk")), \(Self.count(rows, "row"))"
            return (
                "\(migration.source.shownName): kept: \(reason): \(counts), which only \(migration.current.shownName) has",
                chunks.map(\.record)
            )
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    static func list(_ pairs: [MigrationSurvey.Pair]) -> [KeptCopies] {
        let kept = pairs.filter { $0.loss != nil }
        return Dictionary(grouping: kept) { $0.migration.sourceID }.sorted { $0.key < $1.key }.compactMap { _, pairs in
            guard let migration = pairs.first?.migration else { return nil }
            let chunks = pairs.compactMap { pair in
                pair.record.flatMap { record in pair.loss.map { (record: record, because: $0) } }
            }
            return KeptCopies(migration: migration, chunks: chunks)
        }
    }
}

extension MigrationSurvey {
    /// The copies that are kept although the source has not the chunks any more.
    package var kept: [KeptCopies] { KeptCopies.list(pairs) }
}

extension Cluster {
    /// Of chunks that the access node's catalog has not, those of which nothing tells that they were dropped on purpose. That is
    /// so only where the access node has not gone back to an older state since they were copied, and the node that they were
    /// copied from is a data node still, is the same one, answers, and has no table of that name, and no other of them went with a
    /// node that nobody has noted the loss of: the chunk may have been moved there.
    ///
    /// - Parameter marks: those of the access node (``AccessNodeMark``); nil where it is the target, which goes back together with
    ///   it.
    /// - Returns: why each of them is kept, by the chunk's number, and why nodes could not be asked.
    func lostSources(
        among records: [MigratedChunk], marks: Set<String>?
    ) async throws(ClusterError) -> (lost: [Int: LostSource], failures: [ClusterError]) {
        let held = records.filter(\.holdsCopy)
        if held.isEmpty { return ([:], []) }
        let last = try await send(LostSource.lastNumber).value.flatMap { Int($0) } ?? 0
        let nodes = try await nodes()
        let names = Set(nodes.map(\.name))
        let noted = marks == nil ? [:] : try await notedLosses()
        let gone = held.filter { noted[$0.sourceID] == nil && $0.nodeIdentity != nil }.compactMap(\.node)
            .filter { !names.contains($0) }.min()
        var lost: [Int: LostSource] = [:]
        var asked: [String: [MigratedChunk]] = [:]
        for record in held {
            if let node = noted[record.sourceID] {
                lost[record.sourceID] = .node(node)
            } else if record.sourceID > last {
                lost[record.sourceID] = .accessNode
            } else if let marks, let missing = LostSource.missing(marks, of: record) {
                lost[record.sourceID] = missing
            } else if let node = record.node, names.contains(node) {
                asked[node, default: []].append(record)
            } else {
                lost[record.sourceID] = .node(record.node ?? "its node")
            }
        }
        let wanted = asked
        let answers = await onEach(nodes.holding(wanted.keys)) { node throws(ClusterError) in
            try await asking(node, timeout: remaining(atMost: .seconds(5))) { link throws(ClusterError) in
                let query = LostSource.looks(for: (wanted[node.name] ?? []).map(\.source))
                return try await send(query, on: link, node: node.name).records
            }
        }
        var failures: [ClusterError] = []
        for answer in answers {
            if let error = answer.error { failures.append(error) }
            let rows = Dictionary(
                (answer.value ?? []).map {
                    (TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? ""), $0)
                }
            ) {
                first, _ in first
            }
            for record in wanted[answer.item.name] ?? [] {
                lost[record.sourceID] =
                    rows[record.source].map { row in
                        LostSource.found(row, of: record, on: answer.item.name) ?? gone.map { .perhaps($0) }
                    } ?? .silent(answer.item.name)
            }
        }
        return (lost, failures)
    }

    /// The nodes with which chunks were lost, by the chunks' numbers.
    private func notedLosses() async throws(ClusterError) -> [Int: String] {
        guard try await send(NotedLoss.isThere).value == "t" else { return [:] }
        let rows = try await send(NotedLoss.list).rows.compactMap { row in
            row.first.flatMap(\.self).flatMap { Int($0) }.map { ($0, row.last.flatMap(\.self) ?? "") }
        }
        return Dictionary(rows) { first, _ in first }
    }

    /// Why the copies are kept that these migrations have of chunks that the access node has not any more.
    ///
    /// - Returns: one for each migration that has such.
    package func keptCopies(
        of migrations: [Migration], on target: MigrationTarget
    ) async throws(ClusterError) -> [KeptCopies] {
        try await survey(of: migrations, on: target, asksNodes: false).kept
    }
}

extension ClusterError {
    /// A chunk that is new at the source has the range of one that only the target has: neither is to be lost.
    static func hasKeptRange(
        _ chunk: SourceChunk, of kept: MigratedChunk, _ migration: Migration, _ target: MigrationTarget
    ) -> ClusterError {
        let name = kept.target ?? kept.source
        let table = migration.source.quoted
        return ClusterError(
            "rows were written to \(migration.source.shownName), into \(chunk.name.shownName), in the range of \(name.shownName) on the target, which has \(kept.rows ?? 0) rows that the source has lost: neither is copied over the other",
            remedy: target.isInPlace
                ? "put the lost rows back: sql INSERT INTO \(table) OVERRIDING SYSTEM VALUE SELECT * FROM \(name.quoted); then sql DROP TABLE \(name.quoted); then again"
                : "put the lost rows back: fetch those of \(name.quoted) from the target with COPY, and put them into \(table); then, on the target, DROP TABLE \(name.quoted); then again"
        )
    }

    /// Nothing is dropped that has the only rows left.
    static func hasOnlyCopies(_ kept: KeptCopies, _ target: MigrationTarget) -> ClusterError {
        let migration = kept.migration
        return ClusterError(
            "\(kept.facts.joined(separator: "; ")): the copy stays", node: target.node,
            remedy:
                "'migrate cutover \(Quoting.word(migration.source.shownName))' takes them along; where nobody needs them: "
                + (target.isInPlace
                    ? "sql DROP TABLE \(migration.target.quoted); then again"
                    : "drop \(migration.target.shownName) there; then again"))
    }
}
