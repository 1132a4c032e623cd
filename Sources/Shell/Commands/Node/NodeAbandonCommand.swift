import ClusterAccess
import CommandLanguage
import MultiNode
import Operations

struct NodeAbandonCommand: OperationCommand {
    private static let name = Operand<Argument>("NAME", .node)
    private static let loseData = Flag("--lose-data", "Even where it has the only copy of chunks: they are lost")

    static let syntax = CommandSyntax(
        "node abandon", group: .nodes, "Take a data node out of the cluster that is gone for good",
        operands: [name], options: [loseData, CommonOptions.progress], changes: true, asks: .always,
        details: """
            It is refused while the node answers, here or to the access node; one that hangs counts as gone, though it may \
            come back. Before anything is done it tells what is \
            lost, hypertable by hypertable: the chunks whose only copy was there (and what migrations have copied of them, which they keep), their range, and how many rows and \
            bytes they had when they were last analyzed; and what may be lost, as other copies are not there, or were \
            never compared; and what other nodes have of lost chunks by copies that never ended, which stays there. Then the node is marked unavailable, these chunks are dropped \
            on the access node, and the node is deleted. --dry-run ends as the run would, and programs get the loss in the fields 'losses' and 'remnants'. What has copies on other nodes is whole, and told with the \
            command that makes the missing copies. Where it was killed, it goes on when it is run again; of a node that is not there \
            any more it says so, with status 0. A database of the \
            node that turns up later must not be added again.
            """,
        examples: ["node abandon dn3 --lose-data", "node abandon dn3 --lose-data --dry-run"])

    static let stepColumns = NodeSteps.columns

    static let telling: StepTelling<NodeAbandonStep>? = .ofNodes(done: "abandoned")

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "a node is abandoned in several steps, each of which stands by itself"
    }

    func work(_ context: CommandContext) async throws -> StepwiseWork<NodeAbandonStep> {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        let nodes = try await cluster.nodes()
        let selection = NodeSelection(arguments, among: nodes)
        // Run again, it has nothing left to do.
        let missing = selection.missing([arguments[Self.name]])
        guard missing.isEmpty else {
            return StepwiseWork(Operation([], parallel: 1), unchanged: NodeSelection.told(missing: missing))
        }
        let node = try selection.node(arguments[Self.name])
        try await context.refusePromoted([node], of: arguments)
        if let sign = await cluster.signOfLife(of: node) {
            try Task.checkCancellation()
            throw ClusterError(sign, of: node.name)
        }
        let lost = try await cluster.lostChunks(on: node)
        let aggregated = lost.isEmpty ? [] : try await cluster.aggregatedTables(on: node)
        let unsure = try await UnsureCopies(beside: [node], among: nodes, cluster)
        let remnants = await NodeRemnants(of: lost, on: nodes.filter { $0.name != node.name }, cluster)
        var told = remnants.told + Self.told(lost, aggregated, with: node.name) + unsure.told(besides: node.name)
        told += await Self.copied(lost, cluster)
        if told.isEmpty {
            // A run that was killed has marked the node, and may have dropped chunks, which are not in the catalog any more.
            let what =
                node.isAvailable ? "nothing is lost" : "nothing more is lost than what an earlier run may have told"
            told = ["no chunk has its only copy on \(node.name): \(what)"]
        }
        try Task.checkCancellation()
        var refusal: Failure?
        if !lost.isEmpty || !unsure.isEmpty, !arguments[Self.loseData] {
            // The preview tells it anyway.
            let lines = context.settings.dryRun ? [] : told
            refusal = Failure(
                (["data would be lost"] + lines).joined(separator: "\n"), status: .unconfirmed,
                remedy: "bring \(node.name) back, or 'node abandon \(Quoting.word(node.name)) --lose-data'")
            refusal?.node = node.name
        }
        if let refusal, !context.settings.dryRun { throw refusal }
        let mappings = try await cluster.userMappings()
        let abandonment = try NodeAbandonment(
            node, losing: lost, aggregated: aggregated, mappings: mappings.removal(from: node.name), capabilities)
        if !context.settings.dryRun {
            for line in told { context.output.message("\(context.output.hidingInOwn(line))") }
            try await Confirmation(context.settings).confirm([node.name], for: arguments)
        }
        var work = StepwiseWork(
            Operation([NodeAbandonStep(node, losing: lost, abandonment, at: cluster)], parallel: 1))
        work.remarks = told
        work.facts = [
            NodeLoss.member(LostPart.list(lost).map { NodeLoss($0) } + unsure.losses(besides: node.name)),
            remnants.member,
        ]
        work.refusal = refusal
        return work
    }

    /// What is lost, a line for each hypertable.
    private static func told(
        _ lost: [LostChunk], _ aggregated: [AggregatedTable], with node: String
    ) -> [String] {
        LostPart.list(lost).flatMap { part in
            let known: String
            if part.unknown == part.chunks {
                known = "how many rows is not known, as it was never analyzed"
            } else {
                let rows = "about \(part.rows) rows in \(ByteCount.text(Int64(part.bytes)))"
                let rest = part.unknown == 0 ? "" : ", and \(part.unknown.counted("chunk")) of which nothing is known"
                known = "\(rows) when last analyzed\(rest)"
            }
            let line =
                "lost with \(node): \(part.chunks.counted("chunk")) of \(part.table.shownName), "
                + "\(ranges(of: part, on: node)): \(known)"
            guard let views = aggregated.first(where: { $0.table == part.table })?.views else { return [line] }
            let kept = views.count == 1 ? "keeps what it has" : "keep what they have"
            return [line, "\(views.map(\.shownName).listed) \(kept) of that range until a refresh goes over it"]
        }
    }

    /// What migrations have of it.
    private static func copied(_ lost: [LostChunk], _ cluster: Cluster) async -> [String] {
        do throws(ClusterError) {
            return try await cluster.copies(of: lost).map { migration, chunks, rows in
                let name = migration.source.shownName
                let what =
                    "of these, \(chunks.counted("chunk")) of \(migration.distributed.shownName) with \(rows.counted("row"))"
                return migration.state == .cutOver
                    ? "\(what) were copied before the cut-over: \(name) has them, and 'migrate undo' wants --copy-back or --lose-new-rows then"
                    : "\(what) are copied to \(migration.target.shownName) by its migration: they are kept there, and 'migrate cutover \(Quoting.word(name))' takes them along"
            }
        } catch {
            return ["what a migration has copied of them is not known, and kept: \(error.summary)"]
        }
    }

    /// Between its ranges nothing is lost.
    private static func ranges(of part: LostPart, on node: String) -> String {
        let told = part.ranges.prefix(mostRanges).map { "from \($0.start) to \($0.end)" }
        let more = part.ranges.count - told.count
        guard more > 0 else { return told.listed }
        let command = "chunk list \(Quoting.word(part.table.description)) --on \(Quoting.word(node))"
        return told.joined(separator: ", ") + " and \(more.counted("range")) more, among what '\(command)' lists"
    }

    private static let mostRanges = 5

    func outcome(
        _ records: [StepRecord<NodeAbandonStep>], of work: StepwiseWork<NodeAbandonStep>, _ context: CommandContext
    ) async throws -> Outcome {
        var parts = PartialOutcome(unchanged: work.unchanged)
        for record in records {
            let node = Quoting.word(record.step.name)
            switch record.outcome {
            case .unneeded: continue
            case .done:
                let lost = record.step.lost.count
                let what = lost == 0 ? "no chunk was dropped for it" : "\(lost.counted("chunk")) lost with it"
                let done = Outcome(text: ["node \(record.step.name) abandoned: \(what)"], changed: true)
                parts.add(record.step.name, .success(done), record.milliseconds)
            case .failed(let error), .unknown(let error), .passedOver(let error):
                var failure = Failure(error)
                if failure.remedy == nil { failure.remedy = "'node abandon \(node) --lose-data' goes on" }
                parts.add(record.step.name, .failure(failure), record.milliseconds)
            case .notBegun(let error):
                parts.add(record.step.name, .failure(error.map { Failure($0) } ?? .interrupted), record.milliseconds)
            }
        }
        await context.cluster.connection.forgetServer()
        var outcome = try parts.outcome(of: arguments)
        outcome.facts = work.facts
        for note in try await whatIsLeft(context) { context.output.message("\(context.output.hidingInOwn(note))") }
        return outcome
    }

    /// What the loss of the node leaves to do.
    private func whatIsLeft(_ context: CommandContext) async throws -> [String] {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        var notes: [String] = []
        for table in try await cluster.hypertables() where table.nodes.isEmpty {
            let name = table.table.shownName
            notes.append("note: \(name) has no data node any more: node attach NAME --to \(Quoting.word(name))")
        }
        guard capabilities.canCopyChunks else { return notes }
        for under in try await cluster.send(UnderReplication.list).records.map({ UnderReplication(row: $0) }) {
            let name = under.table.shownName
            notes.append(
                "note: \(under.chunks.counted("chunk")) of \(name) \(under.chunks == 1 ? "has" : "have") too few copies: "
                    + "hypertable repair \(Quoting.word(name))")
        }
        let copies = try await cluster.send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }
        let name = arguments[Self.name].text
        if copies.contains(where: { [$0.source, $0.destination].contains(name) }) {
            notes.append("note: copies of chunks that it took part in have left something behind: chunk cleanup")
        }
        return notes
    }
}
