package import MultiNode
import Postgres

/// Finding out what a migration meets before anything is made.
extension Cluster {
    /// - Parameter tables: those that are not migrated yet.
    package func migrationFacts(
        of tables: [ChunkedTable], to target: MigrationTarget
    ) async throws(ClusterError) -> MigrationFacts {
        let capabilities = try await capabilities()
        let numbers = tables.map(\.id)
        let naming = MigrationNaming(isInPlace: target.isInPlace)
        let definitions = try await definitions(of: tables)
        var facts = MigrationFacts(definitions, naming, source: capabilities, target: try await target.server())
        try await readTables(numbers, &facts)
        try await readAggregates(numbers, capabilities, &facts)
        if target.isInPlace, !facts.aggregates.isEmpty {
            for table in definitions {
                facts.pausesOfAggregates[table.id] = try await pauseOfAggregates(over: table.source)
            }
        }
        try await readNodes(numbers, &facts)
        try await readTarget(target, &facts)
        try await readPolicies(numbers, target, &facts)
        try await readLeftBehind(target, &facts)
        return facts
    }

    /// For how long those who write would wait while the rows of the continuous aggregates over a table go into new ones in
    /// place, as fast as the access node reads a part of the largest now.
    package func pauseOfAggregates(over table: TableName) async throws(ClusterError) -> Duration {
        let all = try await send(AggregateRows.list(over: table)).records.map { AggregateRows(row: $0) }
        guard let largest = all.first else { return .zero }
        let began = ContinuousClock.now
        // Who may not read them does not cut over either.
        let row = try? await send(largest.sample).records.first
        let took = began.duration(to: .now)
        return AggregateRows.pause(for: all, row.map { AggregateRows.Sample(row: $0, took: took) })
    }

    private func readAggregates(
        _ tables: [Int], _ capabilities: Capabilities, _ facts: inout MigrationFacts
    ) async throws(ClusterError) {
        facts.aggregates = try await send(AggregateHistory.list(of: tables, capabilities)).records
            .map { AggregateHistory(row: $0) }
        guard !facts.aggregates.isEmpty else { return }
        let aggregates = facts.aggregates
        facts.histories = try await aside { link throws(ClusterError) in
            for statement in ["BEGIN READ ONLY", AllRows.ofTransaction] as [SQL] { try await send(statement, on: link) }
            var histories: [AggregateHistory] = []
            for aggregate in aggregates {
                let counts = aggregate.isReadable ? try await send(aggregate.question, on: link).value == "t" : true
                if counts { histories.append(aggregate) }
            }
            try await send("ROLLBACK", on: link)
            return histories
        }
    }

    private func readTables(_ tables: [Int], _ facts: inout MigrationFacts) async throws(ClusterError) {
        let isInPlace = facts.naming.isInPlace
        let answer = try await qualified { ask throws(ClusterError) in
            let traits = try await ask(MigrationTrait.list(of: tables)).compactMap { MigrationTrait(row: $0) }
            guard !isInPlace else { return (traits, [MigrationNeed]()) }
            return (traits, try await ask(MigrationNeed.list(of: tables)).compactMap { MigrationNeed(row: $0) })
        }
        (facts.traits, facts.needs) = answer
        for trait in facts.traits where trait.name == .materializedViews {
            guard let table = facts.definitions.first(where: { $0.id == trait.tableID })?.source else { continue }
            let columns = try await send(MaterializedViewAge.columns(of: trait.detail)).rows.compactMap {
                $0.first ?? nil
            }
            if columns.isEmpty { continue }
            let question = MaterializedViewAge.isBefore(table, in: trait.detail, columns, facts.source)
            if try await send(question).value == "t" { facts.viewsOfBefore.insert(trait.detail) }
        }
    }

    /// Asks over another connection, in a transaction that only reads and in which PostgreSQL qualifies all names.
    private func qualified<Answer>(
        _ work: ((SQL) async throws(ClusterError) -> [[String: String?]]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await aside { link throws(ClusterError) in
            try await send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", on: link)
            try await send(DefinitionReading.local, on: link)
            let answer = try await work { sql throws(ClusterError) in try await send(sql, on: link).records }
            try await send("ROLLBACK", on: link)
            return answer
        }
    }

    private func readTarget(
        _ target: MigrationTarget, _ facts: inout MigrationFacts
    ) async throws(ClusterError) {
        let names = MigrationFacts.names(facts.definitions, facts.naming) + facts.namesOfViews
        // That of the chunks, where the copy of each is made, is TimescaleDB's own.
        let schemas = Set(facts.definitions.compactMap(\.source.schema) + ["_timescaledb_internal"]).sorted()
        let row = try await target.send(MigrationServer.query(schemas: schemas, names: names)).records.first
        facts.server = MigrationServer(row: row ?? [:])
        facts.hasStore = try await target.send(MigrationStore.state).records.first?["has_tables"] == "t"
        if facts.hasStore { facts.hasOlderStore = try await target.send(MigrationStore.isOlder).value == "t" }
        guard !facts.naming.isInPlace else { return }
        facts.sourceServer = MigrationServer(
            row: try await send(MigrationServer.query(schemas: [], names: [])).records.first ?? [:])
        let needs = facts.needs
        facts.there = try await target.aside { link throws(ClusterError) in
            for statement in ["BEGIN READ ONLY", DefinitionReading.local] as [SQL] {
                try await target.cluster.send(statement, on: link, node: target.node)
            }
            let rows = try await target.cluster.send(MigrationNeed.present(needs), on: link, node: target.node).records
            return MigrationNeedsThere(rows)
        }
    }

    private func readPolicies(
        _ tables: [Int], _ target: MigrationTarget, _ facts: inout MigrationFacts
    ) async throws(ClusterError) {
        facts.policies = try await send(MigratedPolicy.list(of: tables)).records.map { MigratedPolicy(row: $0) }
        let owners = Set(facts.policies.map(\.owner)).sorted()
        if owners.isEmpty { return }
        facts.rolesWithoutLogin = Set(
            try await target.send(MigratedPolicy.withoutLogin(owners)).rows.compactMap { $0.first ?? nil })
    }

    /// The routines and jobs of users; what the tables need of them is told by itself.
    private func readLeftBehind(_ target: MigrationTarget, _ facts: inout MigrationFacts) async throws(ClusterError) {
        guard !target.isInPlace else { return }
        let here = try await send(OtherRelation.routinesAndJobs).records.map { OtherRelation(row: $0) }
        if here.isEmpty { return }
        let there = Set(try await target.send(OtherRelation.routines).records.map { OtherRelation(row: $0) })
        let comingAlong = facts.namesOfRoutines
        facts.leftBehind = here.filter { !there.contains($0) && !comingAlong.contains($0.name.quoted) }
    }

    // MARK: The data nodes

    private func readNodes(_ tables: [Int], _ facts: inout MigrationFacts) async throws(ClusterError) {
        var choice = Chunk.Choice()
        choice.tables = tables
        let all = try await chunks(choice)
        facts.chunks = try await movable(all).map(\.chunk)
        if facts.source.canCopyChunks {
            let ids = Set(all.map(\.id))
            facts.unproved = try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }
                .filter { $0.isUnproved && ids.contains($0.chunkID) }
        }
        var numbers: [String: [Int]] = [:]
        for copy in facts.chunks.flatMap(\.copies) { numbers[copy.node, default: []].append(copy.number) }
        let wanted = numbers
        let nodes = try await nodes()
        let asked = nodes + nodes.holding(wanted.keys).filter(\.isGone)
        let answers = await onEach(asked) { node throws(ClusterError) -> NodeTelling in
            if node.isGone { throw ClusterError(gone: node.name) }
            return try await asking(node) { link throws(ClusterError) in
                let rows = try await send(
                    ChunkEstimate.list(wanted[node.name] ?? []), on: link, node: node.name, timeout: .seconds(60))
                return NodeTelling(
                    estimates: rows.records.map { ChunkEstimate(row: $0) },
                    prepared: try await prepared(on: link, node.name, timeout: .seconds(5)))
            }
        }
        if Task.isCancelled { throw .interrupted }
        for answer in answers {
            let name = answer.item.name
            if let telling = answer.value {
                facts.estimates[name] = Dictionary(telling.estimates.map { ($0.number, $0) }) { first, _ in first }
                if !answer.item.isAvailable { facts.unread[name] = MigrationFacts.unavailable }
            } else {
                facts.unread[name] = answer.error?.summary ?? "no answer"
            }
        }
        try await readDoubts(answers, &facts)
    }

    /// How often it is looked whether what seems to be in doubt ends by itself: those that write are asked about a moment
    /// after their parts were seen.
    private static let looks = 5

    private func readDoubts(
        _ answers: [Answer<DataNode, NodeTelling>], _ facts: inout MigrationFacts
    ) async throws(ClusterError) {
        let (committed, snapshot) = try await verdicts(
            on: answers.flatMap { $0.value?.prepared.map(\.gid) ?? [] })
        var doubts: [String: Set<String>] = [:]
        for answer in answers {
            let gids = (answer.value?.prepared ?? []).filter { transaction in
                ![.foreign, .inProgress].contains(transaction.verdict(on: answer.item, committed: committed, snapshot))
            }.map(\.gid)
            if !gids.isEmpty { doubts[answer.item.name] = Set(gids) }
        }
        for _ in 1..<Self.looks where !doubts.isEmpty {
            let nodes = answers.map(\.item).filter { doubts[$0.name] != nil }
            for answer in await onEach(
                nodes,
                { node throws(ClusterError) in
                    try await asking(node) { link throws(ClusterError) in
                        Set(try await prepared(on: link, node.name, timeout: .seconds(5)).map(\.gid))
                    }
                })
            {
                guard let now = answer.value else { continue }
                doubts[answer.item.name]?.formIntersection(now)
            }
            doubts = doubts.filter { !$0.value.isEmpty }
        }
        facts.inDoubt = doubts.mapValues(\.count)
    }
}

/// What a data node tells before a migration.
private struct NodeTelling: Sendable {
    let estimates: [ChunkEstimate]
    let prepared: [InDoubtTransaction]
}
