import ClusterAccess
import MultiNode
import Postgres

/// A chunk of which the copy has rows that its source has not any more, as where a data node was put back to an older state: a backup
/// or a standby in its place, whose log may have gone past what is recorded of the copy by now.
struct LackingSource: Sendable {
    let record: MigratedChunk
    /// That was asked.
    let node: String
    let rows: Int
}

extension Cluster {
    /// Before the cut-over: the chunks whose copies have rows that nothing else has, as far as their nodes may have lost some. Rows
    /// that were changed or deleted at such a node since are among these: nobody can tell them from others.
    func lackingSources(
        of migration: Migration, on target: MigrationTarget
    ) async throws(ClusterError) -> [LackingSource] {
        let survey = try await survey(of: [migration], on: target, asksNodes: false)
        let held = survey.pairs.filter { $0.record?.holdsCopy == true && $0.source != nil && $0.loss == nil }
        let doubted = try await doubted(among: held, survey.marks)
        if doubted.isEmpty { return [] }
        // One that is marked unavailable answers for what it has.
        let nodes = try await nodes()
        let links = MigrationLinks(self, target, nodes: nodes)
        do throws(ClusterError) {
            let site = try await site(of: migration, on: target, try await capabilities(), .rows, links)
            var found: [LackingSource] = []
            let names = Set(nodes.map(\.name))
            for pair in doubted {
                guard let source = pair.source, let record = pair.record else { continue }
                if let lacking = try await site.lacking(source, record, among: names) { found.append(lacking) }
            }
            await links.close()
            return found
        } catch {
            await links.close()
            throw error
        }
    }

    /// Those whose node may have gone back since they were copied, or is none of theirs any more.
    private func doubted(
        among pairs: [MigrationSurvey.Pair], _ marks: AccessNodeMarks?
    ) async throws(ClusterError) -> [MigrationSurvey.Pair] {
        var doubted: Set<Int> = []
        var asked: [String: [MigratedChunk]] = [:]
        for pair in pairs {
            guard let record = pair.record, let source = pair.source else { continue }
            if let node = record.node, source.nodes.contains(node), marks?.hasGoneBack(since: record) != true {
                asked[node, default: []].append(record)
            } else {
                doubted.insert(record.sourceID)
            }
        }
        let wanted = asked
        let answers = await onEach(try await nodes().holding(wanted.keys)) { node throws(ClusterError) in
            try await asking(node, timeout: remaining(atMost: .seconds(5))) { link throws(ClusterError) in
                var found: Set<Int> = []
                let records = wanted[node.name] ?? []
                for start in stride(from: 0, to: records.count, by: Self.recordsOfQuestion) {
                    let part = Array(records[start..<min(start + Self.recordsOfQuestion, records.count)])
                    found.formUnion(
                        ChangeQuery.goneBack(
                            try await send(ChangeQuery.goneBack(among: part), on: link, node: node.name).records))
                }
                return found
            }
        }
        for answer in answers {
            // What does not answer may be lost, and then another one has to have the rows.
            let all = (wanted[answer.item.name] ?? []).map(\.sourceID)
            doubted.formUnion(answer.value ?? Set(all))
        }
        return pairs.filter { doubted.contains($0.record?.sourceID ?? 0) }
    }

    /// How many chunks are asked about in one statement.
    private static let recordsOfQuestion = 100
}

extension ClusterMigrationSite {
    /// - Parameter nodes: those that may be asked.
    /// - Returns: nil where one of them has all rows of the copy. Where there is none to be asked, it lacks all.
    /// - Throws: where none answers.
    fileprivate func lacking(
        _ chunk: SourceChunk, _ record: MigratedChunk, among nodes: Set<String>
    ) async throws(ClusterError) -> LackingSource? {
        var (lacking, silent): (LackingSource?, ClusterError?)
        let order = chunk.nodes.filter { $0 == record.node } + chunk.nodes.filter { $0 != record.node }
        for node in order where nodes.contains(node) {
            do throws(ClusterError) {
                let rows = try await rowsAlone(in: record, of: chunk, besides: node)
                if rows == 0 { return nil }
                if rows < lacking?.rows ?? .max { lacking = LackingSource(record: record, node: node, rows: rows) }
            } catch {
                guard error.node == node, error.isSilence || error.kind == .mismatched else { throw error }
                // It has nothing of the chunk.
                if error.kind == .mismatched, lacking == nil, let rows = record.rows, rows > 0 {
                    lacking = LackingSource(record: record, node: node, rows: rows)
                } else if error.isSilence {
                    silent = error
                }
            }
        }
        if let lacking { return lacking }
        if let silent { throw silent }
        if record.rows == 0 { return nil }
        return LackingSource(record: record, node: record.node ?? "its node", rows: record.rows ?? 0)
    }

    /// How many rows a copy has that a node has not.
    private func rowsAlone(
        in record: MigratedChunk, of chunk: SourceChunk, besides node: String
    ) async throws(ClusterError) -> Int {
        guard let copy = record.target else { return 0 }
        return try await links.asking(node) { source throws(ClusterError) in
            try await links.writing { link throws(ClusterError) in
                _ = try await ChunkReading(chunk.name, on: node, cluster, source).begin()
                for statement in [.begin, SourceReading.settings] {
                    try await cluster.send(statement, on: link, node: target.node)
                }
                let hash = RowHash(table.columns, servers: [source.info.serverVersion, link.info.serverVersion])
                let keeping = RowsKeeping(
                    site: self, chunk: chunk, node: node, hash: hash, source: source, link: link)
                let rows = try await keeping.find(in: copy)
                try await cluster.send("ROLLBACK", on: link, node: target.node)
                try await cluster.send("ROLLBACK", on: source, node: node)
                return rows
            }
        }
    }
}

extension ClusterError {
    /// What the copy of a migration has is not dropped where its source may have lost it.
    static func lacksOfCopy(_ found: [LackingSource], _ migration: Migration, _ target: MigrationTarget) -> ClusterError
    {
        let rows = found.reduce(0) { $0 + $1.rows }
        let nodes = Set(found.map(\.node)).sorted()
        let name = Quoting.word(migration.source.shownName)
        let chunks = found.prefix(3).map { "\($0.rows) of \($0.record.source.shownName)" }.joined(separator: ", ")
        let more = found.count > 3 ? ", and of \(found.count - 3) more" : ""
        return ClusterError(
            "\(migration.target.shownName) has \(rows) \(rows == 1 ? "row" : "rows") that \(nodes.listed) \(nodes.count == 1 ? "has" : "have") not any more (\(chunks)\(more)): lost with an older state of a node that was put back, or changed or deleted since it was started; the copy stays",
            node: target.node,
            remedy:
                "'migrate copy \(name)' keeps them in tables of their own beside it; then again; 'migrate undo \(name) --lose-new-rows' drops them with it"
        )
    }
}
