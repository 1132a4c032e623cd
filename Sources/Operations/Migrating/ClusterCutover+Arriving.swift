package import ClusterAccess
import MultiNode
import Platform
import Postgres

/// What comes to another server with the table, in one transaction there.
extension ClusterCutover {
    func arrive(_ script: CutoverScript, _ sequences: [SequenceArrival]) async throws(ClusterError) {
        let server = try await target.server()
        let isAhead = try await isStillAhead(script.aggregates)
        try await target.aside { link throws(ClusterError) in
            try await write(.begin, on: link)
            guard try await write(migration.recordArrival, on: link).commandTag == "UPDATE 1" else {
                throw .wasChanged(migration)
            }
            try requireAsLooked(try await write(listOfRecords, on: link))
            let new = try await write(migration.newTable(as: migration.target), on: link).records.first ?? [:]
            try NewTable(row: new).require(migration.target, of: migration, target)
            for statement in script.arriving(server, isAhead: isAhead) { try await write(statement, on: link) }
            try await advance(sequences, over: link)
            if !isAhead { try await make(script.aggregates, from: holder, over: link) }
            try await letPendingIn(script.aggregates, over: migration.target, server) { sql throws(ClusterError) in
                try await write(sql, on: link).records
            }
            for statement in script.arrivingBehind(server) + ["COMMIT"] { try await write(statement, on: link) }
        }
    }

    // MARK: Sequences

    /// Those that may go on there, with where they stand while nobody writes to the table.
    func sequences() async throws(ClusterError) -> [SequenceArrival] {
        let rows = try await holder.send(SequenceArrival.list(of: migration.source)).records
        let standings = try await SequenceArrival.standings(of: rows.map(SequenceArrival.name(row:))) {
            sql throws(ClusterError) in
            try await holder.send(sql).records
        }
        return rows.enumerated().map { SequenceArrival(row: $0.element, standing: standings[$0.offset] ?? [:]) }
    }

    private func advance(_ sequences: [SequenceArrival], over link: any Link) async throws(ClusterError) {
        func ask(_ sql: SQL) async throws(ClusterError) -> [[String: String?]] {
            try await write(sql, on: link).records
        }
        var there: [(sequence: SequenceArrival, name: TableName)] = []
        for start in stride(from: 0, to: sequences.count, by: SequenceArrival.batch) {
            let part = Array(sequences[start..<min(start + SequenceArrival.batch, sequences.count)])
            for row in try await ask(SequenceArrival.there(part, in: migration.target)) {
                guard let number = (row["number"] ?? nil).flatMap({ Int($0) }), part.indices.contains(number) else {
                    continue
                }
                there.append((part[number], SequenceArrival.name(row: row)))
            }
        }
        let now = try await SequenceArrival.standings(of: there.map(\.name), ask)
        var others: [TableName] = []
        for (number, (sequence, name)) in there.enumerated() {
            guard let statement = sequence.advance(name, from: now[number] ?? [:]) else { continue }
            _ = try await ask(statement)
            if !sequence.isUsed { others.append(name) }
        }
        advanced.withLock { $0 = others }
    }

    // MARK: Continuous aggregates

    /// Brings the continuous aggregates with their rows, which nobody changes from then on: what the table gets meanwhile
    /// is materialized by the next refresh.
    package func bringAhead() async throws(ClusterError) -> Bool {
        ahead.withLock { $0 = nil }
        if target.isInPlace { return false }
        let aggregates = try await readAside().aggregates
        guard !aggregates.isEmpty, try await keep(aggregates) else { return false }
        let start = try await target.aside { link throws(ClusterError) in
            let begin: [SQL] = [
                .begin, "SET LOCAL client_min_messages = warning", MadeThere.creation, MadeThere.drop(of: migration),
            ]
            for statement in begin { try await write(statement, on: link) }
            try await make(aggregates, from: keeper, over: link)
            let start = try await write(DependentAggregate.start(of: migration.target), on: link).value
            let record = MadeThere.record(of: migration, Dependents(aggregates: aggregates))
            for statement in [record, "COMMIT"] { try await write(statement, on: link) }
            return start
        }
        ahead.withLock { $0 = Ahead(aggregates: aggregates, start: start) }
        return true
    }

    /// - Returns: false where somebody is at work in them: then they go over under the lock.
    private func keep(_ aggregates: [DependentAggregate]) async throws(ClusterError) -> Bool {
        await keeper.rollBack()
        do throws(ClusterError) {
            try await keeper.begin(.command)
            let limits: [SQL] = [
                "SET LOCAL lock_timeout = '2s'", "SET LOCAL idle_in_transaction_session_timeout = 0",
                AllRows.ofTransaction, DependentAggregate.keep(aggregates),
            ]
            for statement in limits { try await keeper.send(statement) }
            return true
        } catch {
            await keeper.rollBack()
            guard error.mayPass else { throw error }
            return false
        }
    }

    /// Whether they are there as they are here.
    private func isStillAhead(_ aggregates: [DependentAggregate]) async throws(ClusterError) -> Bool {
        guard let ahead = ahead.withLock({ $0 }), ahead.aggregates == aggregates else { return false }
        let kept = try await keeper.send(DependentAggregate.kept).value.flatMap { Int($0) }
        guard kept == aggregates.count else { return false }
        return try await target.send(DependentAggregate.start(of: migration.target)).value == ahead.start
    }

    private func make(
        _ aggregates: [DependentAggregate], from reader: Cluster, over link: any Link
    ) async throws(ClusterError) {
        let server = try await target.server()
        for aggregate in aggregates {
            try await write(aggregate.making, on: link)
            let rows = try await carry(aggregate, from: reader, over: link)
            let seen = try await reader.send(aggregate.watermark(capabilities)).value
            let history = aggregate.keepingHistory(
                in: rows, over: migration.target, seen: DependentAggregate.number(seen), server)
            for statement in ["DO \(literal: history.inlined)"] + aggregate.dressing {
                try await write(statement, on: link)
            }
        }
    }

    /// The materialized rows of a continuous aggregate, with the history that is older than the raw data. They are compared, as
    /// nothing of it can be made again.
    ///
    /// - Returns: the table that has them there.
    private func carry(
        _ aggregate: DependentAggregate, from reader: Cluster, over link: any Link
    ) async throws(ClusterError) -> TableName {
        let columns = try await reader.send(aggregate.columns).records.compactMap { $0["name"] ?? nil }
        let there = try await write(aggregate.rowsThere, on: link).records.first ?? [:]
        let rows = TableName(schema: there["schema"] ?? nil, name: (there["name"] ?? nil) ?? "")
        let source = try await reader.link()
        // The lock's own limits stay.
        for setting in [SourceReading.texts, SourceReading.path] { try await reader.send(setting) }
        for setting in [SourceReading.settings, SourceReading.path] { try await write(setting, on: link) }
        let form = CopyForm(isBinary: false, encoding: capabilities.encoding)
        _ = try await cluster.pipe(
            aggregate.copyOut(columns, as: form), on: source, of: Finding.accessNode,
            into: DependentAggregate.copyIn(rows, columns, as: form), on: link, of: target.node, as: form)
        let question = DependentAggregate.digest(of: aggregate.rows, columns)
        let before = RowDigest(row: try await reader.send(question).records.first ?? [:])
        let after = RowDigest(
            row: try await write(DependentAggregate.digest(of: rows, columns), on: link).records.first ?? [:])
        try await write(SourceReading.usualPath, on: link)
        guard before == after else {
            throw ClusterError(
                "\(DependentAggregate.difference(of: aggregate.name)): \(after.rows) rows, where that has \(before.rows)\(before.rows == after.rows ? ", with another sum of hashes" : "")",
                node: target.node, remedy: "nothing has changed; drop it here, and make it anew there")
        }
        return rows
    }

    @discardableResult
    private func write(_ sql: SQL, on link: any Link) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: target.node)
    }
}
