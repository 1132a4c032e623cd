package import ClusterAccess
package import MultiNode
import Platform

/// What was written to the new table since the cut-over.
package struct WrittenSince: Sendable {
    package let chunks: [WrittenChunk]
    /// The rows that these chunks have now, and that the old table has in their ranges.
    package let rows: Int
    package let oldRows: Int

    package var isEmpty: Bool { chunks.isEmpty }
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

    private let cutover: ClusterCutover
    private var migration: Migration { cutover.migration }
    private var holder: Cluster { cutover.holder }

    package init(_ cutover: ClusterCutover) { self.cutover = cutover }

    // MARK: Before the cut-over

    /// Drops the copy, and forgets the migration.
    package func forget() async throws(ClusterError) {
        if try await cutover.standing() == .between { try await comeBack() }
        try await cutover.turnJobsOn()
        try await cutover.target.together(MigrationEnd.dropNew(migration))
    }

    /// Where the new table is on another server: the old one gets its name back.
    private func comeBack() async throws(ClusterError) {
        try await transaction { () throws(ClusterError) in
            try await holder.send(SwapGuard.lift(from: migration.aside))
            for statement in TableSwap.comeBack(migration) { try await holder.send(statement) }
        }
    }

    // MARK: After it

    /// What was written since. Without a lock it is what was written until now.
    package func written() async throws(ClusterError) -> WrittenSince {
        let target = cutover.target
        return try await written { sql throws(ClusterError) in try await target.send(sql).records }
    }

    private func written(
        _ ask: (SQL) async throws(ClusterError) -> [[String: String?]]
    ) async throws(ClusterError) -> WrittenSince {
        let xmin = try await cutover.recorded().cutOverXmin ?? 0
        let columns = try await ask(WrittenChunk.columns(of: migration.source)).compactMap { $0["name"] ?? nil }
        let all = try await ask(WrittenChunk.list(of: migration, cutover.capabilities)).map { WrittenChunk(row: $0) }
        var (chunks, rows, oldRows) = ([WrittenChunk](), 0, 0)
        for chunk in all {
            if let question = chunk.mayDiffer(since: xmin) {
                guard try await ask(question).first?["may_differ"] == "t" else { continue }
            }
            guard cutover.target.isInPlace else {
                chunks.append(chunk)
                continue
            }
            guard let found = try await ask(chunk.comparison(with: migration.aside, columns)).first,
                found["differs"] == "t"
            else { continue }
            chunks.append(chunk)
            rows += (found["rows"] ?? nil).flatMap { Int($0) } ?? 0
            oldRows += (found["old_rows"] ?? nil).flatMap { Int($0) } ?? 0
        }
        return WrittenSince(chunks: chunks, rows: rows, oldRows: oldRows)
    }

    /// - Throws: where something was written.
    package func refuse(_ written: WrittenSince) throws(ClusterError) {
        if !written.isEmpty { throw .wasWritten(migration, written) }
    }

    /// - Returns: what was written since.
    package func run(_ newRows: NewRows) async throws(ClusterError) -> WrittenSince {
        guard cutover.target.isInPlace else { return try await leaveTarget(newRows) }
        let found = try await transaction { () throws(ClusterError) in try await exchange(newRows) }
        await liftGuard(from: migration.target, behind: found.waiting)
        return found.written
    }

    private func exchange(
        _ newRows: NewRows
    ) async throws(ClusterError) -> (written: WrittenSince, waiting: [(pid: String, began: String)]) {
        let views = try await cutover.cluster.send(DependentView.list(of: migration.source)).records
            .map { DependentView(row: $0) }.filter { $0.kind == .view }.map(\.name)
        let hold = CutoverHold.statements(
            migration.source, views: views, .againstWriters, waiting: cutover.limits.lockTimeout,
            limit: cutover.limits.maxPause)
        for statement in hold { try await holder.send(statement) }
        let written = try await written { sql throws(ClusterError) in try await holder.send(sql).records }
        if newRows == .refuse { try refuse(written) }
        let undoing = try await cutover.recorded().undoing.filter {
            newRows != .lose || !$0.text.hasPrefix("DROP ")
        }
        let renames = try await cutover.target.send(MigrationRename.list(of: migration)).records
            .map { MigrationRename(row: $0) }
        let dependents = try await cutover.dependents()
        try await holder.send(SwapGuard.lift(from: migration.aside))
        if newRows == .copyBack { try await copyBack(written) }
        var statements = SwapGuard.refuseRows(of: migration.source)
        statements += dependents.sequences.map { $0.statement(to: migration.aside) }
        statements += undoing.filter { !$0.text.hasPrefix("DROP ") }
        statements += TableSwap.undo(migration, renames).statements + dependents.goingBack
        statements.append(DependentPolicy.removal(of: migration.target, cutover.capabilities))
        statements += undoing.filter { $0.text.hasPrefix("DROP ") }
        if newRows == .copyBack { statements += written.chunks.compactMap(\.drop) }
        statements += [
            WrittenChunk.recordGone(of: migration), newRows == .lose ? migration.forget : migration.recordReturn,
        ]
        for statement in statements { try await holder.send(statement) }
        let waiting = try await holder.send(CutoverHold.waiting(for: migration.target)).records
        return (
            written,
            waiting.compactMap { row in (row["pid"] ?? nil).flatMap { pid in (row["began"] ?? nil).map { (pid, $0) } } }
        )
    }

    private func copyBack(_ written: WrittenSince) async throws(ClusterError) {
        let columns = try await holder.send(WrittenChunk.columns(of: migration.source)).records
        let names = columns.compactMap { $0["name"] ?? nil }
        let stored = columns.filter { $0["is_stored"] == "t" }.compactMap { $0["name"] ?? nil }
        for chunk in written.chunks {
            for statement in chunk.copyBack(into: migration.aside, stored) { try await holder.send(statement) }
            guard try await holder.send(chunk.comparison(with: migration.aside, names)).records.first?["differs"] == "f"
            else { throw .differsAfterCopy(migration) }
        }
    }

    /// COPY that waited goes on in the plain table whose name it asked for before; when nobody does that any more, the
    /// trigger that refuses it can go. It stays where it takes too long: the next cut-over takes it off.
    private func liftGuard(from table: TableName, behind waiting: [(pid: String, began: String)]) async {
        let end = ContinuousClock.now + .seconds(5)
        do throws(ClusterError) {
            while !waiting.isEmpty, ContinuousClock.now < end,
                try await cutover.cluster.send(CutoverHold.isAtWork(waiting)).value == "t"
            { try await cutover.pause() }
            if ContinuousClock.now < end { try await cutover.cluster.send(SwapGuard.lift(from: table)) }
        } catch {
            // It refuses rows of a table that nobody should write to.
        }
    }

    /// From another server: there nobody writes any more, and then the old table gets its name back. Killed in between,
    /// it is as if the cut-over had been killed; this or the cut-over is run again.
    private func leaveTarget(_ newRows: NewRows) async throws(ClusterError) -> WrittenSince {
        let written = try await written()
        guard written.isEmpty || newRows == .lose else {
            throw newRows == .refuse ? .wasWritten(migration, written) : .cannotCopyBack
        }
        try await cutover.target.together(
            ["LOCK TABLE \(qualified: migration.target) IN EXCLUSIVE MODE"]
                + SwapGuard.refuseRows(of: migration.target) + [migration.recordReturn])
        try await comeBack()
        return written
    }

    private func transaction<Value>(
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

extension ClusterError {
    fileprivate static func wasWritten(_ migration: Migration, _ written: WrittenSince) -> ClusterError {
        let name = Quoting.word(migration.source.shownName)
        let chunks = written.chunks.count == 1 ? "1 chunk" : "\(written.chunks.count) chunks"
        return ClusterError(
            "\(migration.source.shownName) was written since the cut-over, in \(chunks): all is as it was",
            remedy: "'migrate undo \(name) --copy-back' puts that into the old table; "
                + "'migrate undo \(name) --lose-new-rows' leaves it in \(migration.target.shownName)")
    }

    fileprivate static func differsAfterCopy(_ migration: Migration) -> ClusterError {
        ClusterError(
            "the rows that were put into \(migration.aside.shownName) are not those of the new table: all is undone",
            remedy: "a trigger or a default may have changed them; 'migrate verify' looks at both tables")
    }

    fileprivate static let cannotCopyBack = ClusterError(
        "rows are not copied back from another server",
        remedy: "--lose-new-rows leaves them there, and pg_dump or COPY can fetch them")
}
