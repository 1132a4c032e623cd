package import ClusterAccess
package import MultiNode
import Postgres

/// The work that a survey has left, with the connections that it is done over.
package struct MigrationWork: Sendable {
    /// What makes room comes first: a chunk can't be made where another one has its range.
    package let waves: [[ChunkMigrationStep]]
    /// How many chunks are copied and have not changed since.
    package let unchanged: Int
    /// How many of these were not compared row for row when they were copied.
    package let uncompared: Int
    /// How far each copy is proved.
    package let proof: ClusterMigrationSite.Proof
    package let failures: [ClusterError]
    /// What was recorded of chunks, by number.
    let records: [Int: MigratedChunk]
    /// The nodes whose chunks are read to tell whether they have changed, as they were started anew or replaced.
    let restarted: Set<String>
    /// The copies that stay although the source has not the chunks any more.
    package let kept: [KeptCopies]
    private let links: MigrationLinks

    package var steps: [ChunkMigrationStep] { waves.flatMap(\.self) }

    /// To be carried out one behind the other.
    package func operations(parallel: Int, rate: Int64? = nil) -> [Operation<ChunkMigrationStep>] {
        waves.map { Operation($0, parallel: parallel, rate: rate) }
    }

    /// Closes its connections.
    package func end() async { await links.close() }

    /// What could be read to see how fast the copying is.
    package var samples: [PaceSample.Candidate] {
        steps.compactMap { step in
            guard case .copy(let chunk) = step.work, let node = step.nodes.first else { return nil }
            return PaceSample.Candidate(chunk.name, on: node, bytes: step.weight)
        }
    }

    fileprivate init(
        _ steps: [ChunkMigrationStep], _ survey: MigrationSurvey, _ links: MigrationLinks,
        proof: ClusterMigrationSite.Proof
    ) {
        let unchanged = survey.pairs.filter { !$0.isOpen && $0.loss == nil }
        self.proof = proof
        let records = survey.pairs.compactMap(\.record)
        self.records = Dictionary(records.map { ($0.sourceID, $0) }) { first, _ in first }
        kept = survey.kept
        restarted = Set(survey.unread.compactMap { $0.record?.node })
        uncompared = unchanged.count { $0.record?.isUncompared == true }
        waves = [steps.filter(\.work.makesRoom), steps.filter { !$0.work.makesRoom }].filter { !$0.isEmpty }
        self.unchanged = unchanged.count
        failures = survey.failures
        self.links = links
    }
}

extension Cluster {
    /// What is left to copy of migrations: chunks that are new, have changed, failed, or are gone at the source.
    ///
    /// - Parameters:
    ///   - proof: how far each copy is proved.
    ///   - isPreview: whether it is only to be told: then nothing is recorded.
    package func migrationWork(
        _ migrations: [Migration], on target: MigrationTarget, proof: ClusterMigrationSite.Proof = .rows,
        isPreview: Bool = false
    ) async throws(ClusterError) -> MigrationWork {
        let capabilities = try await capabilities()
        let nodes = try await nodes()
        if !isPreview { try await target.renewStore() }
        let links = MigrationLinks(self, target, nodes: nodes.filter(\.isAvailable))
        let survey = try await survey(of: migrations, on: target)
        if !isPreview { try await recordNew(survey.pairs, on: target) }
        var marks = survey.marks
        // Behind the look at which chunks there are.
        if !isPreview, let known = marks,
            survey.open.contains(where: { $0.source != nil && !known.hasMark(of: $0.record) })
        {
            marks?.new = try await makeAccessNodeMark()
        }
        var sites: [Int: ClusterMigrationSite] = [:]
        for migration in migrations {
            sites[migration.sourceID] = try await site(of: migration, on: target, capabilities, proof, links)
            sites[migration.sourceID]?.marks = marks
        }
        let available = Set(nodes.filter(\.isAvailable).map(\.name))
        let sizes = await sizes(of: survey.open.compactMap(\.source), among: nodes.filter(\.isAvailable))
        // A node that does not tell has chunks that are no smaller than the others.
        let usual = sizes.isEmpty ? 1 : sizes.values.reduce(0, +) / Int64(sizes.count)
        var load: [String: Int] = [:]
        var steps = survey.open.compactMap { pair -> ChunkMigrationStep? in
            guard let site = sites[pair.migration.sourceID] else { return nil }
            let table = pair.migration.source
            guard let source = pair.source else {
                return pair.record.map {
                    ChunkMigrationStep(.remove($0), of: table, since: $0, from: [], weight: 1, on: site)
                }
            }
            if survey.blocked.contains(source.id) { return nil }
            let nodes = source.order(among: available, load: load)
            if let first = nodes.first { load[first, default: 0] += 1 }
            return ChunkMigrationStep(
                .copy(source), of: table, since: pair.record, readsFirst: pair.readsFirst, from: nodes,
                weight: sizes[source.name] ?? usual,
                on: site)
        }
        for migration in migrations {
            guard let site = sites[migration.sourceID] else { continue }
            steps += (survey.strays[migration.sourceID] ?? []).map {
                ChunkMigrationStep(.clear($0), of: migration.source, since: nil, from: [], weight: 1, on: site)
            }
        }
        return MigrationWork(steps, survey, links, proof: proof)
    }

    /// In bytes, as a node has them; each is asked once.
    private func sizes(of chunks: [SourceChunk], among nodes: [DataNode]) async -> [TableName: Int64] {
        var names: [String: [TableName]] = [:]
        for chunk in chunks {
            if let node = chunk.nodes.first(where: { name in nodes.contains { $0.name == name } }) {
                names[node, default: []].append(chunk.name)
            }
        }
        let wanted = names
        let answers = await onEach(nodes.filter { wanted[$0.name] != nil }) { node throws(ClusterError) in
            try await asking(node, timeout: remaining(atMost: .seconds(5))) { link throws(ClusterError) in
                let query = SourceFacts.list(of: wanted[node.name] ?? [])
                return try await send(query, on: link, node: node.name, timeout: .seconds(60)).records
                    .map { SourceFacts(row: $0) }
            }
        }
        let pairs = answers.flatMap { $0.value ?? [] }.map { ($0.chunk, Int64($0.bytes)) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Records the chunks that the source has got since.
    private func recordNew(
        _ pairs: [MigrationSurvey.Pair], on target: MigrationTarget
    ) async throws(ClusterError) {
        let new = Dictionary(grouping: pairs.filter { $0.record == nil }) { $0.migration.sourceID }.values
        for pairs in new {
            if let migration = pairs.first?.migration {
                try await target.send(migration.record(pairs.compactMap(\.source)))
            }
        }
    }

    func site(
        of migration: Migration, on target: MigrationTarget, _ capabilities: Capabilities,
        _ proof: ClusterMigrationSite.Proof, _ links: MigrationLinks
    ) async throws(ClusterError) -> ClusterMigrationSite {
        let name = migration.current
        try await target.requireNewTable(of: migration, as: name)
        let rows = try await target.send(TargetTable.query(of: name)).records
        guard let table = rows.first.flatMap({ TargetTable(name, row: $0) }) else {
            throw ClusterError(
                "there is no hypertable \(name.shownName) to copy to", node: target.node,
                remedy: "migrate undo \(Quoting.word(migration.source.shownName)); then begin anew")
        }
        let shapes = try await send(RowShape.list(of: [migration.sourceID])).records.map { RowShape(row: $0) }
        guard let shape = shapes.first, Set(shape.columns) == Set(table.columns.map(\.name)) else {
            throw ClusterError(
                "the columns of \(migration.source.shownName) have changed since the migration began",
                remedy: "migrate undo \(Quoting.word(migration.source.shownName)); then begin anew")
        }
        return ClusterMigrationSite(
            cluster: self, target: target, migration: migration, table: table, encoding: capabilities.encoding,
            proof: proof,
            links: links)
    }
}
