import ClusterAccess
import CommandLanguage
import Rendering
import MultiNode
import Operations
import Platform

/// A command that moves chunks: it says which, and all else is the same for all of them.
protocol MovingCommand: Command {
    var arguments: Arguments { get }

    /// - Parameter spared: nodes that are to be given nothing; only where others may take it.
    func moving(_ context: CommandContext, sparing spared: SparedNodes) async throws -> MovingPlan

    /// Whether others may take what a node has no room for, or can't have.
    var goesRoundFullNodes: Bool { get }

    /// Whether what stands in the way now would stand there at the time of the moves.
    var isPlannedFromHere: Bool { get }

    /// Whether chunks are copied, and not only dropped.
    var copies: Bool { get }

    /// The command that does what is left.
    ///
    /// - Parameter chunks: the names of the chunks that are left.
    func rest(_ chunks: [String]) -> String
}

extension MovingCommand {
    static var columns: [Table.Column] { MovingReport.columns }

    static var previewColumns: [Table.Column] { MovingReport.previewColumns }

    static var stepColumns: [Table.Column] { columns }

    var isPlannedFromHere: Bool { true }

    var copies: Bool { true }

    var goesRoundFullNodes: Bool { false }

    func rest(_ chunks: [String]) -> String { arguments.repeated }

    func run(_ context: CommandContext) async throws -> Outcome {
        try await context.refuseInWrittenTransaction(arguments.invocation)
        return try await context.resumablyRenewing(arguments) { try await plan(context) }
    }

    private func plan(_ context: CommandContext) async throws -> Outcome {
        let capabilities = try await context.cluster.capabilities()
        guard capabilities.canNameCopies else { throw capabilities.cannotMove }
        if copies { try await context.requireReplication() }
        MovingOptions.tellEnd(arguments, context)
        return try await move(context)
    }

    /// Makes the plan, and carries it out unless it is only to be shown. Where a disk is full it is planned anew, and others
    /// take what is left.
    func move(_ context: CommandContext) async throws -> Outcome {
        var (outcome, full, done) = try await move(context, sparing: [], besides: [])
        var spared: Set<String> = []
        while goesRoundFullNodes, await !context.stop.isRequested, !full.isSubset(of: spared) {
            spared.formUnion(full)
            do {
                let next = try await move(context, sparing: spared, besides: done)
                full = next.full
                done.formUnion(next.done)
                outcome = outcome.followed(by: next.outcome)
            } catch {
                return outcome.ended(by: error, arguments)
            }
        }
        return outcome
    }

    /// What is to be done, and what stands in its way. Where a node can't have what others may, it is planned anew without it.
    private func planned(
        _ context: CommandContext, sparing spared: SparedNodes
    ) async throws -> (MovingPlan, MovingPreflight) {
        func preflight(_ plan: MovingPlan) async throws -> MovingPreflight {
            let found = try await context.cluster.preflight(
                of: isPlannedFromHere ? plan.moves : [], plan.numbered, among: plan.nodes)
            // After an interrupt some nodes were not asked, and what is not known of them is no obstacle.
            try Task.checkCancellation()
            return found
        }
        var spared = spared
        var plan = try await moving(context, sparing: spared)
        var found = try await preflight(plan)
        while goesRoundFullNodes {
            let before = spared
            spared.lacking.merge(found.lacking(plan.numbered)) { $0.union($1) }
            guard spared != before else { break }
            let other = try await moving(context, sparing: spared)
            // What nobody else takes is tried there all the same.
            guard other.stuck.count <= plan.stuck.count else { break }
            (plan, found) = (other, try await preflight(other))
        }
        return (plan, found)
    }

    /// - Parameter before: the numbers of the chunks with which it was done before.
    /// - Returns: also the nodes whose disks were found to be full, where what was to go there is left to be planned anew, and
    ///   the chunks with which it is done.
    private func move(
        _ context: CommandContext, sparing spared: Set<String>, besides before: Set<Int>
    ) async throws -> (outcome: Outcome, full: Set<String>, done: Set<Int>) {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        var (plan, preflight) = try await planned(
            context, sparing: SparedNodes(full: spared, done: before))
        plan.notes += spared.sorted().map { node in
            "the disk of \(node) is full: it is given nothing more, and others take what is left; have room there, then "
                + "'hypertable balance' levels the nodes"
        }
        if arguments[MovingOptions.order] == .large { plan.moves.sort { $0.bytes > $1.bytes } }
        let chunks = plan.numbered
        plan.moves.removeAll { preflight.blockedChunks.contains($0.chunk) }
        let maxLock = arguments[MovingOptions.maxLock]
        plan.noteSlowComparisons(within: maxLock)
        if context.settings.dryRun, let note = MovingOptions.end(arguments, context)?.note { plan.notes.append(note) }
        let sessions = MovingSessions(arguments[MovingOptions.parallel])
        let site = try await ClusterMoving(cluster, among: plan.nodes, maxLock: maxLock)
        let common = ChunkMoveCommon(maxLock: maxLock, capabilities, at: site)
        let steps = plan.moves.compactMap { move in chunks[move.chunk].map { ChunkMoveStep(move, of: $0, common) } }
        if context.settings.dryRun { return (MovingReport(plan, preflight).preview(steps, context), [], []) }
        try await cluster.prove(plan.nodes.filter { plan.names.contains($0.name) }, areNeeded: true)
        context.noteBeginning()
        let preparing = plan.nodes.filter { preflight.preparing.contains($0.name) }
        let healings = try await cluster.healDoubts(on: preparing, over: arguments[MovingOptions.parallel])
        preflight.look(again: await cluster.prepared(on: preparing))
        var report = MovingReport(plan, preflight)
        report.notes += healings.filter { $0.result.healed > 0 }.map { node, result in
            "\(node): \(result.healed.counted("transaction")) in doubt ended, for which copies would have waited"
        }
        var work = StepwiseWork(
            before: plan.before,
            Operation(
                steps, parallel: sessions.chunks, limits: preflight.places,
                rate: arguments[MovingOptions.maxRate].flatMap { ByteCount.bytes($0.text) }))
        work.before = plan.before
        // A copy that is dropped weighs nothing.
        work.isInBytes = steps.contains { $0.move.kind != .drop }
        work.until = MovingOptions.end(arguments, context)
        // The others are put back with one's own change.
        report.notes += await cluster.restoreLeftHaste(on: plan.nodes.filter(\.isAvailable), besides: plan.destinations)
            .map(\.told)
        let hastening = await cluster.hastened(plan.nodes.filter { plan.destinations.contains($0.name) })
        let full = Lock<Set<String>>([])
        let done = Lock<Set<Int>>([])
        do {
            let outcome = try await work.carryOut(for: Self.syntax.name, context, MovingReport.telling) { records in
                await site.close()
                report.notes += site.healed.map { node, count in
                    "\(node): \(count.counted("transaction")) in doubt ended, for which something waited"
                }
                report.notes += site.rowsAside.map { KeptTable.told($0.table, of: $0.copying) }
                report.notes += hastening.notes
                report.notes += await hastening.end()
                guard goesRoundFullNodes, await !context.stop.isRequested, !site.fullNodes.isSubset(of: spared) else {
                    return report.outcome(records, rest: rest)
                }
                full.withLock { $0 = site.fullNodes }
                done.withLock { $0 = Set(records.filter(\.outcome.isComplete).map(\.step.move.chunk)) }
                return report.outcome(records.filter { $0.outcome.error?.isOfFullDisk != true }, rest: rest)
            }
            return (outcome, full.withLock { $0 }, done.withLock { $0 })
        } catch {
            await site.close()
            _ = await hastening.end()
            throw error
        }
    }
}

extension MovingPreflight {
    /// How many copies each node bears at once.
    fileprivate var places: [StepPlace: Int] {
        var places: [StepPlace: Int] = [:]
        for (node, limits) in limits {
            places[.source(node)] = limits.source
            places[.destination(node)] = limits.destination
        }
        return places
    }
}

extension CommandContext {
    /// Refuses a role that may not copy chunks: it could not see the nodes either, and would take them for lost.
    func requireReplication() async throws {
        let capabilities = try await cluster.capabilities()
        guard !capabilities.isSuperuser, !capabilities.isEmulated,
            try await cluster.send(MovingCatalog.mayReplicate).value != "t"
        else { return }
        throw Failure(
            "\(capabilities.user) is neither a superuser nor may it replicate: it may not copy chunks",
            remedy: "connect as a superuser: -U NAME")
    }
}

extension Capabilities {
    /// Why chunks can't be moved here.
    var cannotMove: Failure {
        if isEmulated {
            return Failure("the emulator has no chunks: there is nothing to move", remedy: nil)
        }
        return Failure(
            "TimescaleDB \(extensionVersion ?? "") can't give a copy of a chunk a name, without which it can't be cleaned up",
            remedy: "update TimescaleDB on all nodes: 2.7 and later can")
    }
}
