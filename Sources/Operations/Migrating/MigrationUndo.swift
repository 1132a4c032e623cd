package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// What was written to the new table since the cut-over.
package struct WrittenSince: Sendable {
    package let chunks: [WrittenChunk]
    /// The rows that these chunks have now, and that the old table has in their ranges.
    package let rows: Int
    package let oldRows: Int
    /// The columns that only one of the two tables has, by name: then no row is compared.
    let otherColumns: [String]
    /// The continuous aggregates that have what nothing can make again.
    package let aggregates: [WrittenAggregate]
    /// How long it took to find that out, and the part of it in which these chunks were compared.
    let took: (all: Duration, comparing: Duration)

    package var isEmpty: Bool { chunks.isEmpty && otherColumns.isEmpty && aggregates.isEmpty }

    /// How many of these chunks the old table has not any more, or not as they were copied.
    package var onlyHere: Int { chunks.count(where: \.isOnlyHere) }
    package var otherwiseThere: Int { chunks.count { $0.isOtherwiseThere && !$0.isOnlyHere } }
}

/// Lets the old table be the one that counts again.
package struct MigrationUndo: Sendable {
    package enum NewRows: Sendable {
        /// There must be none.
        case refuse
        /// They are put into the old table.
        case copyBack
        /// They stay in the new one, which is kept.
        case lose
    }

    let cutover: ClusterCutover
    /// The chunks of the old table that are not what was copied from them; nil as long as nobody has looked. Behind the cut-over nobody
    /// writes there, so that one look is enough.
    private let otherSources = Lock<Set<TableName>?>(nil)
    /// The sequences that go on behind another server's though the table is not known to use them.
    let advanced = Lock<[TableName]>([])
    var migration: Migration { cutover.migration }
    var holder: Cluster { cutover.holder }

    package init(_ cutover: ClusterCutover) { self.cutover = cutover }

    // MARK: Before the cut-over

    /// Drops the copy, and forgets the migration.
    ///
    /// - Parameter losesRows: whether the rows go with it that only the copy has.
    /// - Returns: what had the copy's name, and stays unless it is that.
    package func forget(losingRows losesRows: Bool = false) async throws(ClusterError) -> NewTable {
        guard try await cutover.standing() == .copying else { throw .wasChanged(migration) }
        try await cutover.refuseUnrefreshed()
        let (target, isInPlace) = (cutover.target, cutover.target.isInPlace)
        _ = try await droppable(target.newTable(of: migration, as: migration.target))
        if !losesRows {
            try await cutover.refuseLosses()
            try await refuseLacking()
        }
        try await cutover.turnJobsOn()
        do throws(ClusterError) {
            return try await dropCopy(target, isInPlace: isInPlace, losingRows: losesRows)
        } catch {
            // dependent_objects_still_exist
            throw error.sqlstate == "2BP01" ? await keepingCopy(error) : error
        }
    }

    private func dropCopy(
        _ target: MigrationTarget, isInPlace: Bool, losingRows losesRows: Bool
    ) async throws(ClusterError) -> NewTable {
        try await target.aside { link throws(ClusterError) in
            func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
                try await target.cluster.send(sql, on: link, node: target.node)
            }
            _ = try await send(.begin)
            // Another one may cut it over at this moment.
            guard try await !send(migration.keepUncounted).rows.isEmpty else { throw .wasChanged(migration) }
            let query = migration.newTable(as: migration.target)
            var new = NewTable(row: try await send(query).records.first ?? [:])
            if new.isMade {
                _ = try await send(Migration.hold(migration.target))
                // The table that was waited for may have lost its name meanwhile.
                new = NewTable(row: try await send(query).records.first ?? [:])
            }
            new = try await droppable(new)
            if new.isMade, !losesRows {
                try await refuseAdded { sql throws(ClusterError) in try await send(sql).records }
            }
            for statement in MigrationEnd.dropNew(migration, isInPlace: isInPlace, isThere: new.isMade) + ["COMMIT"] {
                _ = try await send(statement)
            }
            return new
        }
    }

    /// The error that names what hangs on the copy.
    ///
    /// - Parameter error: of the server, which is the answer where that can't be asked.
    private func keepingCopy(_ error: ClusterError) async -> ClusterError {
        let (target, migration) = (cutover.target, migration)
        let rows = try? await target.aside { link throws(ClusterError) in
            try await target.cluster.send("SET search_path = pg_catalog", on: link, node: target.node)
            return try await target.cluster.send(
                OldDependent.list(on: migration.target, besides: Dependents()), on: link, node: target.node
            ).records
        }
        guard let rows, !rows.isEmpty else { return error }
        return .keepingCopy(migration, rows.map { OldDependent(row: $0) }, target)
    }

    /// - Throws: where dropping the copy, or what bears its name, would lose what nothing else has, or leave the copy behind.
    func droppable(_ new: NewTable) async throws(ClusterError) -> NewTable {
        if let name = new.nameNow { throw .isCalled(name, migration, isTaken: new.isThere, cutover.target) }
        guard new.isMade else { return new }
        if try await cutover.nameNow() == nil { throw .isOnlyCopy(migration, cutover.target) }
        try await refuseWhereOnlyTheCopyHas()
        return new
    }

    /// - Throws: where chunks are copied that the source has lost, or that are only on nodes that don't answer.
    private func refuseWhereOnlyTheCopyHas() async throws(ClusterError) {
        let (cluster, target) = (cutover.cluster, cutover.target)
        let survey = try await cluster.survey(of: [migration], on: target, asksNodes: false)
        if let kept = survey.kept.first { throw .hasOnlyCopies(kept, target) }
        let copied = survey.pairs.filter { $0.record?.holdsCopy == true }
        let holders = Set(copied.flatMap { $0.source?.nodes ?? [] })
        let nodes = try await cluster.nodes().holding(holders)
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.asking(node, timeout: cluster.remaining(atMost: .seconds(5))) { _ throws(ClusterError) in
            }
        }
        let silent = Set(answers.filter { $0.error != nil }.map(\.item.name))
        let lost = copied.compactMap { pair -> (record: MigratedChunk, because: LostSource)? in
            guard let record = pair.record, let source = pair.source, source.nodes.allSatisfy(silent.contains)
            else { return nil }
            return (record, .unreached(source.nodes))
        }
        if !lost.isEmpty { throw .hasOnlyCopies(KeptCopies(migration: migration, chunks: lost), target) }
    }

    /// - Throws: where the copy has rows that its source has lost, or may have.
    func refuseLacking() async throws(ClusterError) {
        let found = try await cutover.cluster.lackingSources(of: migration, on: cutover.target)
        if !found.isEmpty { throw .lacksOfCopy(found, migration, cutover.target) }
    }

    /// Ends what was stopped in its middle on the way to another server, or back. A cut-over is one then, that can be taken back:
    /// those who have followed the table may have written there by now.
    ///
    /// - Returns: whether it was an undo, which is done with that.
    package func goOn() async throws(ClusterError) -> Bool {
        if cutover.target.isInPlace { return false }
        let (isHalf, keepsRows) = (try await cutover.standing() == .between, try await cutover.recorded().keepsRows)
        guard isHalf || keepsRows else { return false }
        if keepsRows, try await cutover.nameNow() == nil {
            // It was closed for the old one, which has gone since.
            try await cutover.target.send(SwapGuard.lift(from: migration.target))
            throw .isOnlyCopy(migration, cutover.target)
        }
        if isHalf, try await !cutover.isLeaving(), try await cutover.recorded().cutOverXmin != nil {
            try await cutover.complete()
            return false
        }
        if isHalf { try await comeBack() }
        try await endLeaving(keepingRows: keepsRows)
        return true
    }

    /// Whether the new table is the one that counts.
    package func isCutOver() async throws(ClusterError) -> Bool { try await cutover.standing() == .cutOver }

    // MARK: After it

    /// What was written since. Without a lock it is what was written until now.
    package func written() async throws(ClusterError) -> WrittenSince {
        let target = cutover.target
        if target.isInPlace {
            return try await written { sql throws(ClusterError) in try await target.send(sql).records }
        }
        return try await target.reading { ask throws(ClusterError) in try await written(ask) }
    }

    /// - Parameter ask: the server of the new table; elsewhere than in place with the settings of ``SourceReading/texts``.
    func written(_ ask: MigrationTarget.Ask) async throws(ClusterError) -> WrittenSince {
        let began = ContinuousClock.now
        let xmin = try await cutover.recorded().cutOverXmin ?? 0
        let otherSources = try await changedSources()
        try NewTable(row: try await ask(migration.newTable(as: migration.source)).first ?? [:])
            .require(migration.source, of: migration, cutover.target)
        let columns = try await ask(WrittenChunk.columns(of: migration.source)).compactMap { $0["name"] ?? nil }
        let others = try await otherColumns(than: columns, ask)
        let all = try await ask(WrittenChunk.list(of: migration)).map { WrittenChunk(row: $0) }
        let there = try await oldChunks(ask)
        var (chunks, rows, oldRows, comparing) = ([WrittenChunk](), 0, 0, Duration.zero)
        // Where a chunk was dropped and another came, the old rows go before the new ones come.
        for var chunk in all.filter({ $0.chunk == nil }) + all.filter({ $0.chunk != nil }) {
            chunk.isOnlyHere = chunk.chunk != nil && chunk.old.map { !there.contains($0) } ?? false
            chunk.isOtherwiseThere = chunk.old.map { otherSources.contains($0) } ?? false
            if !chunk.isOnlyHere, !chunk.isOtherwiseThere, let question = chunk.mayDiffer(since: xmin) {
                guard try await ask(question).first?["may_differ"] == "t" else { continue }
            }
            guard cutover.target.isInPlace, others.isEmpty else {
                chunks.append(chunk)
                continue
            }
            let beganComparing = ContinuousClock.now
            guard
                let found = try await ask(chunk.comparison(of: migration.source, with: migration.aside, columns)).first,
                found["differs"] == "t"
            else { continue }
            let integer = { (name: String) in (found[name] ?? nil).flatMap { Int($0) } ?? 0 }
            let compared = WrittenChunk.Compared(rows: integer("rows"), oldRows: integer("old_rows"))
            chunk.compared = compared
            chunks.append(chunk)
            comparing += beganComparing.duration(to: .now)
            // What is in the range of two is counted once.
            if chunk.chunk != nil { rows += compared.rows }
            if chunk.old != nil { oldRows += compared.oldRows }
        }
        let aggregates = try await writtenAggregates(ask)
        return WrittenSince(
            chunks: chunks, rows: rows, oldRows: oldRows, otherColumns: others, aggregates: aggregates,
            took: (began.duration(to: .now), comparing))
    }

    /// Behind the cut-over the old table stays as it was, unless one of its nodes was put back to an older state.
    private func changedSources() async throws(ClusterError) -> Set<TableName> {
        if let known = otherSources.withLock({ $0 }) { return known }
        let found = try await cutover.cluster.changedSources(of: migration, on: cutover.target)
        otherSources.withLock { $0 = found }
        return found
    }

    /// The chunks that the old table has still.
    private func oldChunks(
        _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> Set<TableName> {
        let query = OldChunk.list(of: migration)
        let rows = cutover.target.isInPlace ? try await ask(query) : try await cutover.cluster.send(query).records
        return Set(rows.map { OldChunk(row: $0).name })
    }

    /// The columns that only one of the two tables has, in place. Their values can neither be compared nor go over.
    private func otherColumns(
        than columns: [String], _ ask: MigrationTarget.Ask
    ) async throws(ClusterError) -> [String] {
        guard cutover.target.isInPlace else { return [] }
        let old = try await ask(WrittenChunk.columns(of: migration.aside)).compactMap { $0["name"] ?? nil }
        return Set(columns).symmetricDifference(old).sorted()
    }

    /// How long those that write would wait while it is copied back, as busy as the servers are: the same look once more, for each
    /// chunk the deletion, the insertion and another comparison, and the exchange of the names.
    package func pauseOfCopyingBack(_ written: WrittenSince) throws(ClusterError) -> Duration {
        try refuseWhatCannotGoBack(written)
        return written.took.all + written.took.comparing * (1 + Clearing.writing) + .milliseconds(500)
    }

    /// - Throws: where something was written.
    package func refuse(_ written: WrittenSince) throws(ClusterError) {
        if !written.otherColumns.isEmpty { throw .hasOtherColumns(written.otherColumns, migration) }
        if !written.isEmpty { throw .wasWritten(migration, written, isInPlace: cutover.target.isInPlace) }
    }

    /// - Returns: what was written since, and how long those that write have waited.
    package func run(
        _ newRows: NewRows
    ) async throws(ClusterError) -> (written: WrittenSince, pause: Duration) {
        // What takes reading is not done while others wait.
        _ = try await changedSources()
        if newRows == .copyBack, cutover.target.isInPlace { try await cutover.target.renewStore() }
        guard cutover.target.isInPlace else {
            let began = ContinuousClock.now
            return (try await leaveTarget(newRows), began.duration(to: .now))
        }
        let found = try await exchanged(newRows)
        await liftGuard(from: migration.target, behind: found.waiting)
        return (found.written, found.pause)
    }

    private static let attempts = 5

    /// What was done while those that write waited.
    private struct Exchange: Sendable {
        let written: WrittenSince
        /// The statements that wait for the table that has lost its name.
        let waiting: [(pid: String, began: String)]
        var pause = Duration.zero
    }

    /// Tries again what could not have the lock, or was the victim of a deadlock, then with readers waiting, too.
    private func exchanged(_ newRows: NewRows) async throws(ClusterError) -> Exchange {
        var (attempt, held) = (1, Duration.zero)
        while true {
            // What an earlier attempt has kept them waiting counts.
            let wait = wait(since: .now - held, newRows)
            let hasLock = Lock(false)
            do throws(ClusterError) {
                var done = try await transaction { () throws(ClusterError) in
                    try await exchange(newRows, attempt == 1 ? .againstWriters : .againstAll, wait, hasLock)
                }
                done.pause = wait.waited
                return done
            } catch {
                guard attempt < Self.attempts, CutoverHold.mayPass(error.sqlstate) else { throw error }
            }
            if hasLock.withLock({ $0 }) { held = wait.waited }
            attempt += 1
            try await cutover.pause()
        }
    }

    /// - Parameter hasLock: is set once those that write are held.
    private func exchange(
        _ newRows: NewRows, _ mode: CutoverHold.Mode, _ wait: WritersWait, _ hasLock: Lock<Bool>
    ) async throws(ClusterError) -> Exchange {
        for statement in holding(mode) { try await holder.send(statement) }
        hasLock.withLock { $0 = true }
        let done = try await wait.within { () throws(ClusterError) in try await exchangeHeld(newRows) }
        try wait.check()
        return done
    }

    /// What is done while nobody writes.
    private func exchangeHeld(_ newRows: NewRows) async throws(ClusterError) -> Exchange {
        let written = try await written { sql throws(ClusterError) in try await holder.send(sql).records }
        try await requireOld()
        if newRows == .refuse { try refuse(written) }
        let dependents = try await cutover.dependents()
        try await holder.send(SwapGuard.lift(from: migration.aside))
        if newRows == .copyBack { try await copyBack(written) }
        var last = QueryResult()
        for statement in try await namesBack(written, newRows, dependents) { last = try await holder.send(statement) }
        guard ["UPDATE 1", "DELETE 1"].contains(last.commandTag) else { throw .wasChanged(migration) }
        if newRows == .copyBack { try await recordUnrefreshed(written) }
        let waiting = try await holder.send(CutoverHold.waiting(for: migration.target)).records
        return Exchange(
            written: written,
            waiting: waiting.compactMap { row in
                (row["pid"] ?? nil).flatMap { pid in (row["began"] ?? nil).map { (pid, $0) } }
            })
    }

    /// - Parameter began: when those that write began to wait.
    func wait(since began: ContinuousClock.Instant, _ newRows: NewRows) -> WritersWait {
        let name = Quoting.word(migration.source.shownName)
        let remedy =
            newRows == .copyBack
            ? "whole chunks are copied back, so only a longer --max-pause helps: 'migrate undo \(name) --copy-back --dry-run' estimates it; or 'migrate undo \(name) --lose-new-rows' leaves what was written in \(migration.target.shownName)"
            : "a longer --max-pause: they wait while that is searched which was written since the cut-over"
        return WritersWait(since: began, limit: cutover.limits.maxPause, remedy: remedy)
    }

    func holding(_ mode: CutoverHold.Mode) -> [SQL] {
        holding(migration.source, mode)
    }

    func holding(_ table: TableName, _ mode: CutoverHold.Mode) -> [SQL] {
        let limits = cutover.limits
        return CutoverHold.statements(
            [table], mode, waiting: min(limits.lockTimeout, limits.maxPause), limit: limits.maxPause + .seconds(5))
    }

    /// What gives the names back, once the rows are where they belong.
    func namesBack(
        _ written: WrittenSince, _ newRows: NewRows, _ dependents: Dependents
    ) async throws(ClusterError) -> [SQL] {
        // Where they are kept with the new table, all that is over it is kept, too.
        let loses = newRows == .lose && !written.isEmpty
        let undoing = try await cutover.recorded().undoing.filter { !loses || !$0.text.hasPrefix("DROP ") }
        let renames = try await cutover.target.send(MigrationRename.list(of: migration)).records
            .map { MigrationRename(row: $0) }
        var statements = SwapGuard.refuseRows(of: migration.source)
        statements += dependents.sequences.map { $0.statement(to: migration.aside) }
        statements += undoing.filter { !$0.text.hasPrefix("DROP ") }
        statements += TableSwap.undo(migration, renames).statements + dependents.goingBack
        statements.append(DependentPolicy.removal(of: migration.target, cutover.capabilities))
        statements += undoing.filter { $0.text.hasPrefix("DROP ") }
        if newRows == .copyBack { statements += written.chunks.compactMap(\.drop) }
        if newRows == .copyBack {
            statements.append(WrittenChunk.recordWritten(written.chunks, of: migration))
            if let statement = WrittenChunk.forgetGone(written.chunks, of: migration) { statements.append(statement) }
        }
        return statements + [
            WrittenChunk.recordGone(of: migration), loses ? migration.forget : migration.recordReturn,
        ]
    }

    /// In the transaction that gives the old table its name back.
    ///
    /// - Throws: where another one bears the name that it has meanwhile.
    func requireOld() async throws(ClusterError) {
        let name = try await holder.send(migration.nameNow).records.first.map {
            TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "")
        }
        if name == migration.aside { return }
        throw ClusterError(
            "the old table of \(migration.source.shownName) is \(name.map { "called \($0.shownName) by now" } ?? "gone"): all is as it was",
            remedy: name.map {
                "give it its name again: sql ALTER TABLE \($0.quoted) RENAME TO \(Quoting.identifier(migration.aside.name))"
            } ?? "'migrate status' tells what has begun")
    }

    func transaction<Value>(
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        do throws(ClusterError) {
            try await holder.begin(.command)
            let value = try await work()
            try await holder.commit()
            return value
        } catch {
            await cutover.letGo()
            throw error
        }
    }
}
