import ClusterAccess
import MultiNode
import Postgres

/// What `check` asks the access node alone, in one round trip.
enum CheckList: Int, Comparable {
    /// The clock is read at once.
    case facts
    case primary, jobs, logLengths, scheduler, inventory, tables, lost, exchanged, underReplicated, copies, attachments,
        independent, keptRows
    case roles, grants, mappings, users, migrations

    static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

    static func questions(_ capabilities: Capabilities) -> [CheckList: SQL] {
        var questions: [CheckList: SQL] = [
            .facts: NodeFacts.query, .inventory: ChunkInventory.list, .lost: LostNode.list,
            .exchanged: RenamedServer.list, .attachments: BlockedNodes.list,
        ]
        for (list, sql) in zip([CheckList.roles, .grants, .mappings], RoleSurvey.questions) { questions[list] = sql }
        if capabilities.isInRecovery {
            questions[.primary] = ClusterCheck.primary
        } else {
            // A standby runs no jobs.
            questions[.jobs] = Job.list(capabilities)
            questions[.logLengths] = InDoubtTransaction.logLengths
            questions[.scheduler] = JobScheduler.query
        }
        // The emulator has no tables on its data nodes, and no chunks to be migrated.
        if !capabilities.isEmulated {
            questions[.tables] = SharedTables.list
            questions[.migrations] = MigrationStore.state
            questions[.independent] = IndependentChunks.query
            questions[.keptRows] = KeptRows.list
        }
        if capabilities.canCopyChunks {
            questions[.underReplicated] = UnderReplication.list
            questions[.copies] = ChunkCopying.list()
        }
        // In the older versions it would wait for a node that hangs as long as that does, once for each role.
        if capabilities.canPingWithTimeout { questions[.users] = NodeUsers.list }
        return questions
    }
}

extension NamedAnswers<CheckList> {
    var survey: [Result<QueryResult, ClusterError>] { [self[.roles], self[.grants], self[.mappings]] }

    /// What comes of the jobs.
    func jobFindings(_ capabilities: Capabilities, hasNodes: Bool) throws(ClusterError) -> [Finding] {
        if capabilities.isInRecovery { return [] }
        let jobs = try records(.jobs).map { Job(row: $0) }
        let healingJob = jobs.first { $0.procedure == HealingJob.procedure(capabilities) }
        let logLengths = try self[.logLengths].get().rows.compactMap { row -> (node: String, rows: Int)? in
            guard let node = row.first.flatMap({ $0 }), let rows = row.last.flatMap({ $0 }).flatMap({ Int($0) }) else {
                return nil
            }
            return (node, rows)
        }
        let healing = ClusterCheck.healing(
            healingJob, hasNodes: hasNodes, jobsWait: jobs.contains(where: \.isOnlyRecordedAsFailed),
            logLengths: logLengths)
        let hasScheduler = try self[.scheduler].get().value.map { $0 == "t" }
        return healing
            + JobCheck(jobs, healingJob: healingJob, on: capabilities, hasScheduler: hasScheduler).findings
    }

    /// What comes of copies that are too few, or were not ended, of nodes that take no chunks, of chunks that keep what is
    /// dropped from their table, and of rows that were kept of copies on the way out.
    func chunkFindings() throws(ClusterError) -> [Finding] {
        try records(.underReplicated).map { UnderReplication(row: $0).finding }
            + records(.copies).compactMap { ChunkCopying(row: $0).finding }
            + BlockedNodes.findings(try records(.attachments).map { BlockedNodes.Attachment(row: $0) })
            + records(.independent).flatMap { IndependentChunks(row: $0).findings }
            + records(.keptRows).compactMap { KeptRows(row: $0)?.finding }
    }
}
