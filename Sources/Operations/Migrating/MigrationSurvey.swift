package import ClusterAccess
package import MultiNode
import Postgres

/// What is left to copy of some migrations, as the source and the record have it.
package struct MigrationSurvey: Sendable {
    /// A chunk of the source and its record; one of them may be missing.
    package struct Pair: Sendable {
        package let migration: Migration
        package let source: SourceChunk?
        package let record: MigratedChunk?
        /// Whether it was written to since it was copied; nil where nobody can tell.
        package var isChanged: Bool?
        /// Whether it is to be read before it is copied, as it may be what was copied: the node was started anew, or another one has
        /// it, or the access node has gone back.
        package var readsFirst = false
        /// Why its copy is kept on the target though the source has not this chunk any more; nil where it was dropped on purpose.
        package var loss: LostSource?

        /// Whether there is anything to do with it.
        package var isOpen: Bool {
            if loss != nil { return false }
            guard let record, source != nil else { return true }
            return record.state != .copied || !record.isThere || isChanged != false
        }
    }

    package fileprivate(set) var pairs: [Pair]
    /// The chunks of the new tables that nobody has copied, by the number of the old one.
    package fileprivate(set) var strays: [Int: [TableName]] = [:]
    /// Why nodes could not be asked.
    package fileprivate(set) var failures: [ClusterError] = []
    /// The chunks of the source that can't go beside what is kept in their range; each is told among the failures.
    fileprivate(set) var blocked: Set<Int> = []
    /// Those of the access node; nil where it is the target.
    fileprivate(set) var marks: AccessNodeMarks?

    /// Those of which only the rows tell whether they have changed, as their node was started anew or replaced, or the access node
    /// has gone back.
    package var unread: [Pair] { pairs.filter { $0.record?.state == .copied && $0.isChanged == nil && $0.readsFirst } }

    package var open: [Pair] { pairs.filter(\.isOpen) }

    /// What was not written to at the source, and is another one on the target by now, is to be copied again, too.
    mutating func take(_ look: CopyLook) {
        for (index, pair) in pairs.enumerated() {
            guard let id = pair.record?.sourceID else { continue }
            if look.changed.contains(id) {
                pairs[index].isChanged = true
                pairs[index].readsFirst = false
            } else if look.untold.contains(id), pair.isChanged == false {
                pairs[index].isChanged = nil
            }
        }
    }

    /// Where the access node has gone back, a chunk may have been given a number that another one had before. What its rows have told
    /// is recorded with a mark that the access node has.
    fileprivate mutating func doubtWhatIsOfANewerState() {
        guard let marks else { return }
        for (index, pair) in pairs.enumerated() {
            guard pair.isChanged == false, pair.source != nil, let record = pair.record, record.holdsCopy,
                marks.hasGoneBack(since: record)
            else { continue }
            (pairs[index].isChanged, pairs[index].readsFirst) = (nil, true)
        }
    }
}

extension Cluster {
    /// Compares what the source has with what is recorded, and asks the nodes which chunks have changed since.
    ///
    /// - Parameter asksNodes: whether it does; else what is copied counts as unchanged.
    package func survey(
        of migrations: [Migration], on target: MigrationTarget, asksNodes: Bool = true
    ) async throws(ClusterError) -> MigrationSurvey {
        let capabilities = try await capabilities()
        let ids = migrations.map(\.sourceID)
        var records: [MigratedChunk] = []
        if let cluster = migrations.first?.cluster {
            records = try await target.send(MigratedChunk.list(of: ids, ofCluster: cluster)).records
                .map { MigratedChunk(row: $0) }
        }
        // Behind the records: what is recorded was there, and what is not there any more was dropped.
        let marks = try await accessNodeMarks(for: target)
        let sources = try await send(SourceChunk.list(of: ids, capabilities)).records.map { SourceChunk(row: $0) }
        let recorded = Dictionary(records.map { ($0.sourceID, $0) }) { first, _ in first }
        let there = Set(sources.map(\.id))
        let byID = Dictionary(migrations.map { ($0.sourceID, $0) }) { first, _ in first }
        var survey = MigrationSurvey(
            pairs: sources.compactMap { source in
                byID[source.hypertableID].map {
                    .init(
                        migration: $0, source: source, record: recorded[source.id], isChanged: asksNodes ? nil : false)
                }
            })
        survey.marks = marks
        survey.pairs += records.filter { !there.contains($0.sourceID) }.compactMap { record in
            byID[record.hypertableID].map { .init(migration: $0, source: nil, record: record) }
        }
        try await searchLosses(&survey, target)
        for migration in migrations where migration.state == .copying {
            let rows = try await target.send(StrayChunk.list(of: migration)).records
            survey.strays[migration.sourceID] = rows.map { StrayChunk.name(row: $0) }
        }
        if asksNodes {
            // Both take reading, on servers of their own.
            let pairs = survey.pairs
            async let looked = lookAtCopies(of: pairs, on: target)
            try await search(&survey)
            survey.take(try await looked.get())
            survey.doubtWhatIsOfANewerState()
        }
        return survey
    }

    /// Finds the chunks of which the copy on the target is all that is left. Behind the cut-over nothing is dropped there.
    private func searchLosses(
        _ survey: inout MigrationSurvey, _ target: MigrationTarget
    ) async throws(ClusterError) {
        let copying = survey.pairs.filter { $0.migration.state == .copying }
        let gone = copying.filter { $0.source == nil }.compactMap(\.record)
        var (lost, failures) = try await lostSources(among: gone, marks: survey.marks?.known)
        // A number that was given twice: the first chunk of it is not this one.
        for pair in copying {
            guard let source = pair.source, let record = pair.record, record.holdsCopy, record.slices != source.slices
            else { continue }
            lost[record.sourceID] = .accessNode
            failures.append(.hasKeptRange(source, of: record, pair.migration, target))
        }
        survey.failures += failures
        if lost.isEmpty { return }
        for (index, pair) in survey.pairs.enumerated() where pair.migration.state == .copying {
            if let record = pair.record { survey.pairs[index].loss = lost[record.sourceID] }
        }
        for pair in copying {
            guard let source = pair.source, pair.record?.holdsCopy != true else { continue }
            let kept = survey.pairs.first {
                $0.loss != nil && $0.migration.sourceID == pair.migration.sourceID
                    && LostSource.overlap($0.record?.slices ?? "", source.slices)
            }
            guard let record = kept?.record else { continue }
            survey.failures.append(.hasKeptRange(source, of: record, pair.migration, target))
            survey.blocked.insert(source.id)
        }
    }

    private func search(_ survey: inout MigrationSurvey) async throws(ClusterError) {
        var copied: [String: [MigratedChunk]] = [:]
        // Copied from another copy than the access node reads, as that could not be read then: once it can be, it counts.
        var other: [String: [Int]] = [:]
        for (index, pair) in survey.pairs.enumerated() {
            guard let record = pair.record, record.state == .copied, let source = pair.source, let node = record.node
            else { continue }
            // The copy that was read is gone: whether the others are the same is found by copying anew.
            if source.nodes.contains(node) {
                copied[node, default: []].append(record)
                if let read = source.read, read != node, source.nodes.contains(read) {
                    other[read, default: []].append(source.id)
                }
            } else {
                survey.pairs[index].isChanged = true
                survey.pairs[index].readsFirst = true
            }
        }
        if copied.isEmpty { return }
        let wanted = copied
        let asked = Set(wanted.keys).union(other.keys)
        let answers = await onEach(try await nodes().holding(asked)) { node throws(ClusterError) in
            if node.isGone { throw ClusterError(gone: node.name) }
            if wanted[node.name] == nil, !node.isAvailable { throw ClusterError("\(node.name) is marked unavailable") }
            return try await asking(node, timeout: remaining(atMost: .seconds(5))) { link throws(ClusterError) in
                try await changes(among: wanted[node.name] ?? [], on: link, of: node.name)
            }
        }
        var changed: [Int: Bool] = [:]
        var untold: Set<Int> = []
        var elsewhere: Set<Int> = []
        for answer in answers {
            if let error = answer.error, wanted[answer.item.name] != nil { survey.failures.append(error) }
            let found = answer.value
            if found != nil { elsewhere.formUnion(other[answer.item.name] ?? []) }
            for record in wanted[answer.item.name] ?? [] {
                changed[record.sourceID] = found.map { $0.changed.contains(record.sourceID) }
            }
            untold.formUnion(found?.untold ?? [])
        }
        for (index, pair) in survey.pairs.enumerated() {
            guard let record = pair.record, wanted[record.node ?? ""] != nil, pair.isChanged == nil else { continue }
            let id = record.sourceID
            if elsewhere.contains(id) {
                (survey.pairs[index].isChanged, survey.pairs[index].readsFirst) = (true, true)
            } else if untold.contains(id) {
                survey.pairs[index].readsFirst = true
            } else {
                survey.pairs[index].isChanged = changed[id] ?? nil
            }
        }
    }

    /// How many chunks are asked about in one statement.
    private static let batch = 100

    func changes(
        among records: [MigratedChunk], on link: any Link, of node: String
    ) async throws(ClusterError) -> ChangeQuery.Answer {
        try await send(AllRows.ofSession, on: link, node: node)
        let rows = try await send(SourceFacts.list(of: records.map(\.source)), on: link, node: node).records
        let facts = Dictionary(rows.map { SourceFacts(row: $0) }.map { ($0.chunk, $0) }) { first, _ in first }
        var answer = ChangeQuery.Answer()
        var pairs: [(record: MigratedChunk, facts: SourceFacts)] = []
        for record in records {
            // Dropped, or moved: the access node tells more the next time.
            guard let known = facts[record.source] else {
                answer.changed.insert(record.sourceID)
                continue
            }
            pairs.append((record, known))
        }
        for start in stride(from: 0, to: pairs.count, by: Self.batch) {
            let part = Array(pairs[start..<min(start + Self.batch, pairs.count)])
            answer.add(try await send(ChangeQuery.query(part), on: link, node: node).records)
        }
        return answer
    }
}
