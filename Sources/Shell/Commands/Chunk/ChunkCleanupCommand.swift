import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct ChunkCleanupCommand: OperationCommand {
    private static let names = Operand<[Argument]>("IDS", .text, .zeroOrMore, offering: .copies)

    static let syntax = CommandSyntax(
        "chunk cleanup", group: .chunks, "Clean up what copies of chunks that broke off have left behind",
        operands: [names], options: [CommonOptions.progress], changes: true,
        details: """
            Of each copy or move that the access node has a record of, by the last stage that it has finished: what it has \
            left on its nodes is dropped (tables that are no copy yet, subscriptions, publications, replication slots), \
            and then its record. Before that its nodes are healed. One that still runs is left alone. A copy of tscl's own \
            that is complete, but was never proved equal, is dropped; one that somebody else has made stays, and its \
            record goes when both copies are found equal. A copy is dropped only where the other one is registered, its \
            node available, and the chunk there. A record of a move that is done is only deleted: TimescaleDB's own \
            cleanup would drop the only copy then. What had come of a chunk that is in no catalog any more, and that nobody is known to have dropped, as where its node was lost, is kept in a table on the node that it was copied to, and told. Without IDS also what copies without a record have left on the nodes is \
            dropped, and settings that a killed run has left changed are put back. Where a node does not answer, what is there stays, and the status is 4; \
            run again, it goes on.
            """,
        examples: ["chunk cleanup", "chunk cleanup ts_copy_1_17 --dry-run"])

    static let stepColumns: [Table.Column] = ["copy", .state("state"), .number("ms"), "message"]

    /// What programs are told of a step when it has ended.
    static let telling: StepTelling<CopyCleanupStep>? = StepTelling(columns: stepColumns) { [Self.row($0)] }

    private static func row(_ record: StepRecord<CopyCleanupStep>) -> [Value] {
        let state =
            switch record.outcome {
            case .done(.cleaned): "cleaned"
            case .done(.undone): "undone"
            case .done(.forgotten): "forgotten"
            case .unneeded: "unneeded"
            case .failed: "failed"
            case .unknown: "unknown"
            case .passedOver, .notBegun: "not_begun"
            }
        return [
            .text(record.step.name), .text(state), .number(JSON.rounded(record.milliseconds)),
            record.outcome.error.map { .text($0.summary) } ?? .null,
        ]
    }

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "cleaning up can't be in a transaction: TimescaleDB's own cleanup begins and ends several"
    }

    func work(_ context: CommandContext) async throws -> StepwiseWork<CopyCleanupStep> {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        guard capabilities.canCopyChunks else {
            return StepwiseWork(Operation([], parallel: 1), unchanged: ["this server copies no chunks"])
        }
        let all = try await cluster.send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) }
        let nodes = try await cluster.nodes()
        var unchanged: [String] = []
        let steps = chosen(all, &unchanged).map { CopyCleanupStep($0, among: nodes, capabilities, at: cluster) }
        var work = StepwiseWork(Operation(steps, parallel: 4), unchanged: unchanged)
        work.remarks = steps.compactMap(Self.remark)
        if context.settings.dryRun, arguments[Self.names].isEmpty {
            let strays = try await cluster.copyStrays(on: nodes).strays
            work.remarks += strays.map { "on \($0.node.name): \($0.strays.map(\.told).listed) would be dropped" }
            work.remarks += await cluster.leftHaste(among: nodes).map {
                "\($0.node.name): \(RetryInterval.name), which an earlier move\($0.place) had left lowered, would be put back"
            }
        }
        return work
    }

    /// Those that are named, or all that do not run.
    private func chosen(_ all: [ChunkCopying], _ unchanged: inout [String]) -> [ChunkCopying] {
        let operands = arguments[Self.names]
        guard !operands.isEmpty else {
            unchanged = all.filter(\.isRunning).map { "\($0.operation) still runs" }
            return all.filter { !$0.isRunning }
        }
        var chosen: Set<String> = []
        for operand in operands {
            let pattern = GlobPattern(operand.pattern)
            let found = all.filter { pattern.matches($0.operation) }
            // A run that was killed may have removed the record before.
            if found.isEmpty { unchanged.append("there is no record of a copy \(operand.text)") }
            chosen.formUnion(found.map(\.operation))
        }
        return all.filter { chosen.contains($0.operation) }
    }

    /// What `--dry-run` says besides the SQL on the access node.
    private static func remark(on step: CopyCleanupStep) -> String? {
        let operation = step.name
        switch step.cleaning {
        case .keep: return "\(operation): nothing would be done, for its copy may be the only one"
        case .compare: return "\(operation): the copies of the chunk would be compared first, and have to be equal"
        case .forget where step.copying.isLastUnproved: return forgotten(step.copying)
        case .byHand where step.keepsRows:
            return
                "\(operation): what has rows on \(step.copying.destination) would be kept there under another name, for it may be all that "
                + "is left; the rest would be dropped"
        case .byHand where !step.places.isEmpty:
            return "\(operation): what it has left on \(step.places.listed) would be dropped there first"
        case .forget, .undo, .clean, .byHand: return nil
        }
    }

    func outcome(
        _ records: [StepRecord<CopyCleanupStep>], of work: StepwiseWork<CopyCleanupStep>, _ context: CommandContext
    ) async throws -> Outcome {
        let isWhole = arguments[Self.names].isEmpty && records.allSatisfy { !$0.outcome.isNotBegun }
        let nodes = isWhole ? try await context.cluster.nodes() : []
        let found = try await strays(on: nodes, context)
        var parts = PartialOutcome(unchanged: work.unchanged, concernsNodes: false, failures: found.failures)
        for failure in found.failures { context.output.message(lines: failure.hiding(context.output.hiding).text) }
        for record in records {
            let step = record.step
            switch record.outcome {
            case .unneeded: continue
            case .done(let cleanup):
                let done = Outcome(text: [Self.told(cleanup, of: step.copying, step.places)], changed: true)
                parts.add(step.name, .success(done), record.milliseconds)
            case .failed(let error), .unknown(let error), .passedOver(let error):
                var failure = Failure(error)
                // The other node's part is cleaned up.
                if error.kind == .connectionFailed, error.node != nil { failure.status = .partial }
                parts.add(step.name, .failure(failure), record.milliseconds)
            case .notBegun(let error):
                parts.add(step.name, .failure(error.map { Failure($0) } ?? .interrupted), record.milliseconds)
            }
        }
        for result in found.results { parts.add(nil, result, 0) }
        var outcome = try parts.outcome(of: arguments)
        if outcome.text.isEmpty, found.failures.isEmpty { outcome.text = ["copies of chunks have left nothing behind"] }
        return outcome
    }

    /// Drops what is left of copies that there is no record of, and puts back what a run that was killed has set.
    ///
    /// - Returns: what was done, and why nodes could not be looked at.
    private func strays(
        on nodes: [DataNode], _ context: CommandContext
    ) async throws -> (results: [Result<Outcome, Failure>], failures: [Failure]) {
        let cluster = context.cluster
        guard !nodes.isEmpty, try await cluster.capabilities().canCopyChunks else { return ([], []) }
        var results: [Result<Outcome, Failure>] = []
        let found = try await cluster.copyStrays(on: nodes)
        for (node, strays) in found.strays {
            do throws(ClusterError) {
                try await cluster.drop(strays, on: node)
                let told =
                    "\(node.name): \(strays.map(\.told).listed) dropped, left by copies that there is no record of"
                results.append(.success(Outcome(text: [told], changed: true)))
            } catch {
                results.append(.failure(Failure(error)))
            }
        }
        for left in await cluster.restoreLeftHaste(on: nodes) {
            // A node that does not answer is told once.
            if let error = left.error {
                let isTold = found.failures.contains { $0.node == left.node.name }
                if !isTold { results.append(.failure(Failure(error))) }
                continue
            }
            results.append(.success(Outcome(text: [left.told], changed: true)))
        }
        return (results, found.failures.map { Failure($0) })
    }

    /// Its source is no node any more, and so there is nothing to compare it with.
    private static func forgotten(_ copying: ChunkCopying) -> String {
        "\(copying.operation) forgotten: the copy of \(copying.chunk?.shownName ?? "the chunk") on \(copying.destination) is the only one, "
            + "and stays; what it was made from is gone with \(copying.source), which is no node any more"
    }

    private static func told(_ cleanup: CopyCleanup, of copying: ChunkCopying, _ places: [String]) -> String {
        let operation = copying.operation
        switch cleanup {
        case .cleaned(let kept, let aside):
            let there = places.isEmpty ? "" : " on \(places.listed)"
            let done = "\(operation) cleaned up: what it had left\(there) behind the stage '\(copying.stage)' is gone"
            let staying =
                kept.isEmpty
                ? ""
                : ", but for \(kept.map(\.shownName).listed) on \(copying.destination), of a hypertable that the access node has no more "
                    + "there: 'check' tells what to do with it"
            return ([done + staying] + aside.map { KeptTable.told($0, on: copying.destination) }).joined(
                separator: "; ")
        case .undone(let kept):
            let chunk = copying.chunk?.shownName ?? "the chunk"
            let done =
                "\(operation) undone: its copy of \(chunk) on \(copying.destination), which nobody had proved, is dropped"
            return ([done] + (kept.map { [KeptTable.told($0, of: copying)] } ?? [])).joined(separator: "; ")
        case .forgotten where copying.isLastUnproved: return forgotten(copying)
        case .forgotten: return "\(operation) forgotten: nothing but its record was left"
        }
    }
}

extension StepOutcome {
    fileprivate var isNotBegun: Bool {
        if case .notBegun = self { true } else { false }
    }
}
