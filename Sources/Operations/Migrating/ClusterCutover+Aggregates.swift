package import ClusterAccess
package import MultiNode
import Postgres

extension MigrationTarget {
    /// Asks a server a question.
    typealias Ask = (SQL) async throws(ClusterError) -> [[String: String?]]

    /// Asks it over another connection, in a transaction that only reads, and sees all rows and writes them as another server does.
    func reading<Answer>(_ work: (Ask) async throws(ClusterError) -> Answer) async throws(ClusterError) -> Answer {
        try await aside { link throws(ClusterError) in
            for statement in ["BEGIN READ ONLY", SourceReading.settings, SourceReading.path] as [SQL] {
                try await cluster.send(statement, on: link, node: node)
            }
            let answer = try await work { sql throws(ClusterError) in
                try await cluster.send(sql, on: link, node: node).records
            }
            try await cluster.send("ROLLBACK", on: link, node: node)
            return answer
        }
    }
}

/// Continuous aggregates that both tables have, compared with one another.
extension ClusterCutover {
    /// What those over the new table have otherwise than those over the old one, where the raw rows are gone.
    ///
    /// - Parameters:
    ///   - aggregates: each over the new table and over the old one, as the access node describes it.
    ///   - table: that has the new table's rows, under the name that it has now.
    ///   - there: asks the server of the new table.
    ///   - here: asks the access node.
    func unmakable(
        _ aggregates: [(new: AggregateBuckets, old: AggregateBuckets)], over table: TableName,
        there: MigrationTarget.Ask, here: MigrationTarget.Ask
    ) async throws(ClusterError) -> [WrittenAggregate] {
        if aggregates.isEmpty { return [] }
        let server = target.isInPlace ? capabilities : try await target.server()
        var found: [WrittenAggregate] = []
        for (new, old) in aggregates {
            guard let parts = AggregateBuckets.Parts(row: try await there(new.extent(server)).first ?? [:]) else {
                continue
            }
            let sums = AggregateBuckets.digests(try await there(new.parts(parts, server)))
            let others = AggregateBuckets.digests(try await here(old.parts(parts, capabilities)))
            let unlike = sums.filter { others[$0.key] != $0.value }.keys.sorted()
            if unlike.isEmpty { continue }
            let buckets = AggregateBuckets.digests(try await there(new.buckets(of: unlike, parts, server)))
            let known = AggregateBuckets.digests(try await here(old.buckets(of: unlike, parts, capabilities)))
            let otherwise = buckets.filter { known[$0.key] != $0.value }.keys.sorted()
            if otherwise.isEmpty { continue }
            let gone = try await there(new.gone(among: otherwise, over: table, server))
                .compactMap { ($0["bucket"] ?? nil).flatMap { Int($0) } }
            if gone.isEmpty { continue }
            found.append(
                WrittenAggregate(
                    new: new, old: old, buckets: otherwise, replaced: otherwise.filter { known[$0] != nil }, gone: gone,
                    rows: gone.reduce(0) { $0 + (buckets[$1]?.rows ?? 0) }))
        }
        return found
    }

    /// The continuous aggregates that both tables have behind the cut-over.
    ///
    /// - Parameters: as of ``unmakable(_:over:there:here:)``.
    func aggregatesOfBoth(
        there: MigrationTarget.Ask, here: MigrationTarget.Ask
    ) async throws(ClusterError) -> [(new: AggregateBuckets, old: AggregateBuckets)] {
        let old = try await here(AggregateBuckets.list(over: migration.aside)).map { AggregateBuckets(row: $0) }
        if old.isEmpty { return [] }
        guard target.isInPlace else { return try await found(old, there) }
        let new = try await here(AggregateBuckets.list(over: migration.source)).map { AggregateBuckets(row: $0) }
        return new.compactMap { new in
            old.first { $0.name == Migration.aside(of: new.name) }.map { (new, $0) }
        }
    }

    /// What an earlier cut-over has made on another server, and is dropped with the copy or made anew.
    ///
    /// - Throws: where it has what nothing can make again, as an undo of an earlier tscl has left it, or whoever drops rows there.
    func refuseLosses() async throws(ClusterError) {
        if let found = try await unmakableThere().first { throw .wouldLose(found, target) }
    }

    func unmakableThere() async throws(ClusterError) -> [WrittenAggregate] {
        guard !target.isInPlace, try await target.send(MadeThere.isRecorded).value == "t" else { return [] }
        let made = Set(
            try await target.send(MadeThere.aggregates(of: migration)).records
                .map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "") })
        if made.isEmpty { return [] }
        return try await readingHere { here throws(ClusterError) in
            let old = try await here(AggregateBuckets.list(over: migration.source)).map { AggregateBuckets(row: $0) }
                .filter { made.contains($0.name) }
            return try await target.reading { there throws(ClusterError) in
                try await unmakable(
                    try await found(old, there), over: migration.target, there: there, here: here)
            }
        }
    }

    /// Those of the access node's that another server has under the same names.
    func found(
        _ old: [AggregateBuckets], _ there: MigrationTarget.Ask
    ) async throws(ClusterError) -> [(new: AggregateBuckets, old: AggregateBuckets)] {
        var pairs: [(new: AggregateBuckets, old: AggregateBuckets)] = []
        for old in old {
            guard let row = try await there(AggregateBuckets.rows(of: old.name)).first else { continue }
            let rows = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
            pairs.append((old.with(rows: rows), old))
        }
        return pairs
    }

    /// Asks the access node as ``MigrationTarget/reading(_:)`` asks the other server.
    func readingHere<Answer>(
        _ work: (MigrationTarget.Ask) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await MigrationTarget(inPlaceOf: cluster).reading(work)
    }
}

// The history that the cut-over has taken along.
extension ClusterCutover {
    /// The new continuous aggregates that lack some of it, behind the cut-over. What a retention policy of theirs drops is not
    /// missed.
    package func lackingHistories() async throws(ClusterError) -> [LackingHistory] {
        let server = target.isInPlace ? capabilities : try await target.server()
        return try await readingHere { here throws(ClusterError) in
            let start = try await here(DependentAggregate.start(of: migration.aside)).first?.values.first
                .flatMap { $0.flatMap { Int($0) } }
            return try await target.reading { there throws(ClusterError) in
                var found: [LackingHistory] = []
                for (new, old) in try await aggregatesOfBoth(there: there, here: here) {
                    let rows = try await missing(in: new, from: old, before: start, server, there: there, here: here)
                    let name = target.isInPlace ? Migration.aside(of: new.name) : old.name
                    if rows > 0 { found.append(LackingHistory(new: new.name, old: name, rows: rows)) }
                }
                return found
            }
        }
    }

    private func missing(
        in new: AggregateBuckets, from old: AggregateBuckets, before start: Int?, _ server: Capabilities,
        there: MigrationTarget.Ask, here: MigrationTarget.Ask
    ) async throws(ClusterError) -> Int {
        guard let parts = AggregateBuckets.Parts(row: try await here(old.extent(capabilities)).first ?? [:]) else {
            return 0
        }
        let sums = AggregateBuckets.digests(try await here(old.parts(parts, capabilities)))
        let others = AggregateBuckets.digests(try await there(new.parts(parts, server)))
        let unlike = sums.filter { others[$0.key] != $0.value }.keys.sorted()
        if unlike.isEmpty { return 0 }
        let wanted = AggregateBuckets.digests(try await here(old.buckets(of: unlike, parts, capabilities)))
        let known = AggregateBuckets.digests(try await there(new.buckets(of: unlike, parts, server)))
        var lacking = wanted.filter { old.isHistory($0.key, before: start) && known[$0.key] != $0.value }
        if lacking.isEmpty { return 0 }
        if let question = new.retention,
            let bound = try await there(question).first?["bound"].flatMap({ $0.flatMap { Int($0) } })
        {
            lacking = lacking.filter { known[$0.key] != nil || !old.isHistory($0.key, before: bound) }
        }
        return lacking.values.reduce(0) { $0 + $1.rows }
    }
}

// What was written and no refresh has seen yet.
extension ClusterCutover {
    /// Lets it come into the new aggregates where their history would keep it out, while nobody writes.
    ///
    /// - Parameters:
    ///   - aggregates: as the access node has them.
    ///   - there: asks the server of the new table, which has each of them under its name, and executes.
    func letPendingIn(
        _ aggregates: [DependentAggregate], over table: TableName, _ server: Capabilities, there: MigrationTarget.Ask
    ) async throws(ClusterError) {
        if aggregates.isEmpty { return }
        let cluster = cluster
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.asking(node) { link throws(ClusterError) in
                PendingInvalidations(
                    try await cluster.send(PendingInvalidations.list, on: link, node: node.name, timeout: .seconds(5))
                        .records)
            }
        }
        for answer in answers { if let error = answer.error { throw error } }
        for aggregate in aggregates {
            let pending = answers.compactMap(\.value).flatMap {
                $0.ranges(ofTable: migration.sourceID, aggregate: aggregate.rowsID)
            }
            guard !pending.isEmpty, let row = try await there(aggregate.rowsThere).first else { continue }
            let rows = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
            if let statement = aggregate.lettingIn(pending, in: rows, over: table, server) {
                _ = try await there(statement)
            }
        }
    }
}

extension MigrationUndo {
    /// The continuous aggregates of the new table that have what nothing can make again.
    ///
    /// - Parameter ask: the server of the new table.
    func writtenAggregates(_ ask: MigrationTarget.Ask) async throws(ClusterError) -> [WrittenAggregate] {
        if cutover.target.isInPlace { return try await writtenAggregates(there: ask, here: ask) }
        return try await cutover.readingHere { here throws(ClusterError) in
            try await writtenAggregates(there: ask, here: here)
        }
    }

    private func writtenAggregates(
        there: MigrationTarget.Ask, here: MigrationTarget.Ask
    ) async throws(ClusterError) -> [WrittenAggregate] {
        let both = try await cutover.aggregatesOfBoth(there: there, here: here)
        return try await cutover.unmakable(both, over: migration.source, there: there, here: here)
    }

    /// What puts what they have into those of the old table, behind its rows.
    func copyingBackAggregates(_ written: WrittenSince) async throws(ClusterError) -> [SQL] {
        if written.aggregates.isEmpty { return [] }
        let nodes = try await cutover.cluster.nodes().filter(\.isAvailable).map(\.name)
        return written.aggregates.flatMap { $0.copyBack(on: nodes, cutover.capabilities) }
    }
}
