import ClusterAccess
import MultiNode
import Platform
import Postgres

/// The way back from another server.
extension MigrationUndo {
    /// Where the new table is on another server, and nobody writes to it any more: the old one gets its name back, and its
    /// sequences go on behind what was given there.
    func comeBack() async throws(ClusterError) {
        let sequences = try await sequencesThere()
        try await transaction { () throws(ClusterError) in
            try await holder.send(SwapGuard.lift(from: migration.aside))
            try await requireOld()
            for statement in TableSwap.comeBack(migration) { try await holder.send(statement) }
            let others = try await SequenceArrival.goOn(behind: sequences) { sql throws(ClusterError) in
                try await holder.send(sql).records
            }
            advanced.withLock { $0 = others }
        }
    }

    /// What of the access node's sequences has gone on though no column of the table is known to use it; nil where nothing has.
    package var toldSequences: String? { SequenceArrival.told(advanced.withLock { $0 }) }

    /// The access node's sequences that the other server has, too, with where they stand there: functions take numbers from some
    /// that no column names.
    private func sequencesThere() async throws(ClusterError) -> [SequenceArrival] {
        let rows = try await cutover.cluster.send(SequenceArrival.list(of: migration.aside)).records
        return try await SequenceArrival.given(
            rows.map { (SequenceArrival(row: $0, standing: [:]), migration.target) }
        ) { sql throws(ClusterError) in
            try await cutover.target.send(sql).records
        }
    }

    /// From another server: there nobody writes any more, and then the old table gets its name back. Killed in between,
    /// nobody can write to either, and undo goes on with it.
    func leaveTarget(_ newRows: NewRows) async throws(ClusterError) -> WrittenSince {
        let (target, cluster) = (cutover.target, cutover.target.cluster)
        let server = try await target.server()
        // Where the old table is gone, only the new one is there to be written to.
        try await requireOld()
        // What can't be read is found before nobody can write to either.
        _ = try await sequencesThere()
        let wait = wait(since: .now, newRows)
        let written = try await target.aside { link throws(ClusterError) in
            let found = try await wait.within { () throws(ClusterError) in
                try await leaveHeld(newRows, server, over: link)
            }
            try wait.check()
            try await cluster.send("COMMIT", on: link, node: target.node)
            return found
        }
        try await comeBack()
        try await endLeaving(keepingRows: !written.isEmpty)
        return written
    }

    /// What is done on the other server before nobody writes there any more, up to the COMMIT.
    private func leaveHeld(
        _ newRows: NewRows, _ server: Capabilities, over link: any Link
    ) async throws(ClusterError) -> WrittenSince {
        let target = cutover.target
        @discardableResult
        func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await target.cluster.send(sql, on: link, node: target.node)
        }
        for statement in [.begin] + holding(migration.target, .againstWriters) {
            try await send(statement)
        }
        try await send(SourceReading.texts)
        // What nobody can add to any more.
        let found = try await written { sql throws(ClusterError) in try await send(sql).records }
        guard found.isEmpty || newRows == .lose else {
            throw newRows == .refuse ? .wasWritten(migration, found, isInPlace: false) : .cannotCopyBack
        }
        for statement in leaving(server) { try await send(statement) }
        guard try await send(migration.recordLeaving(keeping: !found.isEmpty)).commandTag == "UPDATE 1" else {
            throw .wasChanged(migration)
        }
        return found
    }

    /// What comes behind the old name.
    func endLeaving(keepingRows: Bool) async throws(ClusterError) {
        try await cutover.turnJobsOn()
        // The record goes last: until then the next run knows that the table is not to be dropped.
        if keepingRows { try await cutover.target.send(migration.forget) }
    }

    /// On the other server: nobody writes there any more.
    func leaving(_ server: Capabilities) -> [SQL] {
        [DurableCommit.ofTransaction] + SwapGuard.refuseRows(of: migration.target) + [
            DependentPolicy.removal(of: migration.target, server)
        ]
    }
}
