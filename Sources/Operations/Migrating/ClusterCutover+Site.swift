package import ClusterAccess
package import MultiNode
import Platform
import Postgres

extension ClusterCutover: CutoverSite {
    package func standing() async throws(ClusterError) -> CutoverStanding {
        try await waitForRenaming()
        let name = try await nameNow()
        if try await recorded().state == .cutOver {
            if !target.isInPlace, name == migration.source { throw .isGivenBack(migration) }
            return .cutOver
        }
        guard let name, name != migration.source else { return .copying }
        guard !target.isInPlace, name == migration.aside else {
            throw ClusterError(
                "the table of the migration of \(migration.source.shownName) is called \(name.shownName) by now",
                remedy:
                    "give it its name back: sql ALTER TABLE \(name.quoted) RENAME TO \(Quoting.identifier(migration.source.name))"
            )
        }
        return .between
    }

    /// What a killed session was at could else come after it was taken for not done.
    private func waitForRenaming() async throws(ClusterError) {
        do throws(ClusterError) {
            try await holder.begin(.command)
            for statement in CutoverHold.behindRenaming(of: migration.source, waiting: limits.lockTimeout) {
                try await holder.send(statement)
            }
            await holder.rollBack()
        } catch {
            await holder.rollBack()
            switch error.sqlstate {
            // undefined_table: it has lost its name.
            case "42P01": return
            // lock_not_available: somebody else may be at work on the table, who changes nothing about it.
            case "55P03":
                guard try await cluster.send(CutoverHold.isEnding(of: migration.source)).value == "t" else { return }
                throw ClusterError(
                    "a session of the access node holds \(migration.source.shownName), or was killed at its COMMIT, which goes on: all is as it was",
                    remedy: "again, when that session has ended; a COMMIT may wait for a standby that is gone")
            default: throw error
            }
        }
    }

    // MARK: Jobs

    package func turnJobsOff() async throws(ClusterError) {
        let recorded = try await recorded()
        guard !recorded.keepsRows else {
            throw ClusterError(
                "an undo of \(migration.source.shownName) was stopped at its end, which keeps what was written to the other server",
                remedy:
                    "'migrate undo \(Quoting.word(migration.source.shownName))' ends it; then it may be migrated anew")
        }
        let policies = try await cluster.send(DependentPolicy.list(of: migration.source)).records
            .map { DependentPolicy(row: $0) }
        let isOff = recorded.jobsOff
        let toTurnOff = policies.filter(\.isScheduled)
        let record = migration.recordUndo(
            policies.filter { $0.isScheduled || isOff.contains($0.job) }.map { $0.on(capabilities) })
        // An undo that was killed has left it, and the changes are copied to chunks that have it, too.
        if try await target.send(SwapGuard.isOn(migration.target)).value == "t" {
            try await target.send(SwapGuard.lift(from: migration.target))
        }
        // Recorded first: a job that is off and not recorded would be off for good.
        try await target.send(record)
        if !target.isInPlace {
            let jobs = Set(toTurnOff.map(\.job)).union(isOff)
            try await cluster.aside { link throws(ClusterError) in
                let statements = [.begin] + WayBack.creation + [WayBack.record(migration, jobs: jobs), "COMMIT"]
                for statement in statements { try await cluster.send(statement, on: link) }
            }
        }
        for policy in toTurnOff { try await cluster.send(policy.off(capabilities)) }
    }

    package func turnJobsOn() async throws(ClusterError) {
        try await unlessInterrupted { own throws(ClusterError) in
            let now = try await recorded()
            // Behind a cut-over the record has what undoes that.
            guard now.state == .copying else { return }
            for statement in now.undoing { try await own.send(statement) }
            // What the target has of them may be older.
            if !target.isInPlace, try await own.send(WayBack.isRecorded).value == "t" {
                let known = try await own.send(WayBack.list).records.map { WayBack(row: $0) }
                for table in known where table.sourceID == migration.sourceID {
                    for statement in table.jobsOn(capabilities) { try await own.send(statement) }
                }
            }
            try await target.send(migration.recordUndo([]))
        }
    }

    /// How many chunks are copied at once: a last change is in few of them.
    private static let parallel = 4

    package func copyChanges() async throws(ClusterError) -> Int {
        let work = try await cluster.migrationWork([migration], on: target)
        if let failure = work.failures.first {
            await work.end()
            throw failure
        }
        if isHeld.withLock({ $0 }), !work.restarted.isEmpty {
            await work.end()
            throw .wereRestarted(work.restarted)
        }
        var records: [StepRecord<ChunkMigrationStep>] = []
        for operation in work.operations(parallel: Self.parallel) { records += await operation.run(Unseen()) }
        await work.end()
        if Task.isCancelled { throw .interrupted }
        looked.withLock { $0 = work.records }
        note(work.kept)
        for record in records { if let error = record.outcome.error { throw error } }
        if isHeld.withLock({ $0 }), work.steps.contains(where: \.mayBeCompressed) {
            hasCopiedCompressed.withLock { $0 = true }
        }
        return records.count
    }

    // MARK: The transaction

    package func hold(_ mode: CutoverHold.Mode) async throws(ClusterError) {
        try await holder.begin(.command)
        let statements = CutoverHold.statements(
            [migration.source], mode, waiting: min(limits.lockTimeout, limits.maxPause),
            limit: limits.maxPause + .seconds(5))
        for statement in statements { try await holder.send(statement) }
        hasCopiedCompressed.withLock { $0 = false }
        isHeld.withLock { $0 = true }
        // By now another table may have the name.
        guard try await holder.send(migration.nameNow).records.first?["name"] == migration.source.name else {
            throw ClusterError("\(migration.source.shownName) has another name by now: all is as it was")
        }
        if !target.isInPlace { try await target.send(migration.recordStay) }
    }

    package func preparedParts() async throws(ClusterError) -> [String: Set<String>] {
        try await cluster.preparedParts(on: nodes)
    }

    package func writersOnNodes() async throws(ClusterError) -> [NodeWriter] {
        try await cluster.writers(to: [migration.source], on: nodes)
    }

    package func holdNodes() async throws(ClusterError) {
        let own = try await holder.send(CutoverHold.nodes(of: migration.sourceID)).rows.compactMap { $0.first ?? nil }
        if own.isEmpty { return }
        let statements = CutoverHold.holdingNodes(
            migration.source, on: own, waiting: min(limits.lockTimeout, limits.maxPause), capabilities)
        for statement in statements { try await holder.send(statement) }
    }

    package func earlierReaders() async throws(ClusterError) -> [EarlierReader] {
        let found = try await target.send(EarlierReader.list(of: migration)).records
            .compactMap { EarlierReader(row: $0) }
        let known = knownReaders.withLock { known in
            known.formUnion(found.filter(\.isCertain).map(\.transaction))
            return known
        }
        return found.filter { $0.isEarlier && known.contains($0.transaction) }
    }

    package func waitingReaders() async throws(ClusterError) -> [EarlierReader] {
        // Who waits for a table that goes to another server gets an error.
        guard target.isInPlace, hasCopiedCompressed.withLock({ $0 }) else { return [] }
        return try await target.send(EarlierReader.list(of: migration)).records
            .compactMap { EarlierReader(row: $0) }.filter { $0.isWaiting && $0.isEarlier }
    }

    package func exchange(after pause: Duration) async throws(ClusterError) {
        try await refuseWhatHasChangedHeld()
        let script = try await script()
        if target.isInPlace {
            for statement in script.inPlace { try await holder.send(statement) }
            try await letPendingIn(script.aggregates, over: migration.source, capabilities) {
                sql throws(ClusterError) in
                try await holder.send(sql).records
            }
            // By now nobody can take its name away any more.
            let new = try await holder.send(migration.newTable(as: migration.source)).records.first ?? [:]
            try NewTable(row: new).require(migration.target, of: migration, target)
            let recorded = try await holder.send(migration.recordCutover(undo: script.undo, pause: pause))
            guard recorded.commandTag == "UPDATE 1" else { throw .wasChanged(migration) }
            try requireAsLooked(try await holder.send(listOfRecords))
        } else {
            try await arrive(script, try await sequences())
            for statement in script.leaving { try await holder.send(statement) }
        }
    }

    var listOfRecords: SQL { MigratedChunk.list(of: [migration.sourceID], ofCluster: migration.cluster) }

    /// Behind what shuts out all others that copy: one that had looked before the lock may have removed a chunk since the last
    /// look, or filled it with less.
    ///
    /// - Parameter answer: to ``listOfRecords``.
    func requireAsLooked(_ answer: QueryResult) throws(ClusterError) {
        let now = answer.records.map { MigratedChunk(row: $0) }
        if Dictionary(now.map { ($0.sourceID, $0) }, uniquingKeysWith: { first, _ in first }) == looked.withLock({ $0 })
        {
            return
        }
        var error = ClusterError("another one has copied chunks of \(migration.source.shownName) behind the last look")
        // As where a lock is not to be had: the next look finds what it has done.
        error.sqlstate = "55P03"
        throw error
    }

    package func commit() async throws(ClusterError) { try await holder.commit() }

    package func letGo() async {
        isHeld.withLock { $0 = false }
        await holder.rollBack()
        await holder.connection.disconnect()
    }

    package func complete() async throws(ClusterError) {
        if target.isInPlace { return }
        let back = "migrate undo \(Quoting.word(migration.source.shownName))"
        let isLeaving: Bool
        var hasArrived = true
        do throws(ClusterError) {
            isLeaving = try await self.isLeaving()
            if !isLeaving {
                let recorded = try await recorded()
                hasArrived = recorded.cutOverXmin != nil
                if hasArrived {
                    try await target.together([
                        DurableCommit.ofTransaction, migration.recordCutover(undo: recorded.undoing, pause: .zero),
                    ])
                }
            }
        } catch {
            throw error.leavingNobodyToWrite(again: again, back: back)
        }
        // Then there is but one way.
        if !hasArrived { throw .hasNotArrived(migration) }
        if isLeaving {
            throw ClusterError(
                "an undo of \(migration.source.shownName) was stopped in its middle: nobody can write to either table",
                remedy: "'\(back)' goes on with it")
        }
    }

    /// Whether the table of another server refuses rows, as an undo makes it before the old one gets its name back.
    func isLeaving() async throws(ClusterError) -> Bool {
        try await target.send(SwapGuard.isOn(migration.target)).value == "t"
    }

    package var again: String { "migrate cutover \(Quoting.word(migration.source.shownName))" }

    package func pause() async throws(ClusterError) { try await cluster.waitForOthers() }

    /// Does over a connection of its own what an interrupt must not prevent, within a time of its own.
    private func unlessInterrupted(
        _ work: @escaping @Sendable (Cluster) async throws(ClusterError) -> Void
    ) async throws(ClusterError) {
        let own = Cluster(await cluster.connection.another(), listener: cluster.listener).limited(to: .seconds(10))
        let answer = await Task(executorPreference: EventLoop.shared) { () -> Result<Void, ClusterError> in
            do throws(ClusterError) { return .success(try await work(own)) } catch { return .failure(error) }
        }.value
        await own.connection.disconnect()
        try answer.get()
    }
}

/// What is over too soon for anybody to follow.
package struct Unseen<Result: Sendable>: OperationListener {
    package init() {}

    package func received(_ event: OperationEvent<Result>) {}
}

extension Cluster {
    /// Waits a while.
    package func waitForOthers() async throws(ClusterError) {
        do throws(CancellationError) {
            try await EventLoop.shared.sleep(until: .now + .milliseconds(200))
        } catch {
            throw .interrupted
        }
    }

    /// Who may have written to tables on nodes, in transactions that have not ended.
    func writers(to tables: [TableName], on nodes: [DataNode]) async throws(ClusterError) -> [NodeWriter] {
        let answers = await onEach(nodes) { node throws(ClusterError) in
            try await asking(node) { link throws(ClusterError) in
                try await send(LockHolder.writers(to: tables), on: link, node: node.name).records
                    .compactMap { LockHolder(row: $0) }.map { NodeWriter($0, on: node.name) }
            }
        }
        for answer in answers { if let error = answer.error { throw error } }
        return answers.flatMap { $0.value ?? [] }
    }

    /// The parts of distributed transactions that are prepared on nodes, by node.
    func preparedParts(on nodes: [DataNode]) async throws(ClusterError) -> [String: Set<String>] {
        let answers = await onEach(nodes) { node throws(ClusterError) in
            try await asking(node) { link throws(ClusterError) in
                Set(
                    try await send(CutoverHold.prepared, on: link, node: node.name).rows.compactMap {
                        $0.first ?? nil
                    })
            }
        }
        for answer in answers { if let error = answer.error { throw error } }
        return Dictionary(answers.map { ($0.item.name, $0.value ?? []) }) { first, _ in first }
    }
}
