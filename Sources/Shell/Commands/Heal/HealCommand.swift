import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct HealCommand: OperationCommand {
    private static let names = Operand<[Argument]>("all|NAMES", .node, keywords: ["all"])
    private static let parallel = Option<Int>(
        "--parallel", "N", 1...1000, default: 16,
        "How many nodes at once, and connections to the access node")

    private static let ofOthers = Flag(
        "--of-others",
        "Also where another access node has prepared something: it is ended as this one has it, which may undo what that one has committed"
    )

    static let syntax = CommandSyntax(
        "heal", group: .healing, "End the distributed transactions left in doubt on data nodes",
        operands: [names],
        options: [parallel, ofOthers, CommonOptions.progress], changes: true,
        details: """
            Each node is healed by a statement of its own, side by side, and for at most 30 seconds; --timeout limits all \
            of it. One that is down, hangs or is blocked never holds up the others: one that does not answer soon waits \
            until they have had their turn. Of connections to the access node there are never more than --parallel says, or \
            two. The states: clean, healed, in_progress (its transaction still runs on the access node), unreachable, hanging, blocked (a malformed transaction id stands in the way, or \
            a transaction that another access node has begun, or this one before it was restored: TimescaleDB ends all of a node at once), \
            skipped (marked unavailable: 'node enable' ends what is in doubt there), not_permitted (transactions of roles that this one is not), failed (anything \
            else, which the message tells), and in the objects that programs get of the nodes one by one also not_begun and \
            interrupted, where it was stopped before or while the node had its turn. The status is 4 when some nodes could not be healed, and 1 when none could. A \
            node that is skipped counts as not healed where it was named, where something is in doubt on it, or where all were skipped.
            """,
        examples: ["heal all", "heal dn1 dn2 --timeout 10s", "heal 'dn*'"])

    static let columns: [Table.Column] = [
        "node", .state("state"), .integer("healed"), .number("ms"), "message",
    ]

    static var stepColumns: [Table.Column] { columns }

    static let telling: StepTelling<HealStep>? = StepTelling(
        columns: columns, isComplete: { HealResult($0.outcome).isGood }, rows: { [Self.row($0)] })

    private static func row(_ record: StepRecord<HealStep>) -> [Value] {
        let result = HealResult(record.outcome)
        return [
            .text(record.step.name), .text(state(of: result, record.outcome)), .integer(Int64(result.healed)),
            .number(JSON.rounded(record.milliseconds)), result.message.map { .text($0) } ?? .null,
        ]
    }

    private static func state(of result: HealResult, _ outcome: StepOutcome<HealResult>) -> String {
        if case .notBegun = outcome { return "not_begun" }
        return result.state?.rawValue ?? "interrupted"
    }

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// What it ends is in no session.
    var keepsLinks: Bool { true }
    /// It has a time limit of its own, and waits for few answers.
    static let isOwnWork = false

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "healing can't be in a transaction: TimescaleDB heals each node by a statement of its own"
    }

    func work(_ context: CommandContext) async throws -> StepwiseWork<HealStep> {
        let limit = context.settings.limit(usually: .seconds(30))
        // What --timeout says is for all nodes together, from the first connection on.
        let deadline = context.cluster.deadline
        let cluster = deadline == nil ? context.cluster.limited(to: limit) : context.cluster
        // After a crash the access node would give a lost transaction's number out again: take one first.
        let isPreview = context.settings.dryRun
        let (all, advance) = try await cluster.nodes(with: isPreview ? [] : [Healing.advance])
        for answer in advance { _ = try answer.get() }
        let capabilities = try await cluster.capabilities()
        let nodes = try NodeSelection(arguments, among: all).nodes(arguments[Self.names], areLists: true)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        // From here on the limit is each node's.
        let parallel = arguments[Self.parallel]
        let patience = Turn.patience(nodes.count, parallel: parallel, until: deadline)
        // The connection of the command itself is one of those to the access node.
        let sessions = HealingSessions(parallel - 1, nodes: nodes.count(where: \.isAvailable), patience: patience)
        let site = ClusterHealing(
            context.cluster.limited(to: nil), over: sessions, endingOthers: arguments[Self.ofOthers])
        let steps = nodes.map { HealStep($0, capabilities, within: limit, until: deadline, at: site) }
        return StepwiseWork(
            before: isPreview ? Plan(Healing.advance) : Plan(), within: deadline == nil ? limit : nil,
            Operation(steps, parallel: parallel, patience: patience),
            unchanged: nodes.filter { !$0.isAvailable }.map { "node \($0.name) is marked unavailable and skipped" })
    }

    func outcome(
        _ records: [StepRecord<HealStep>], of work: StepwiseWork<HealStep>, _ context: CommandContext
    ) async -> Outcome {
        let doubts = await doubts(on: records, context)
        var outcome = Outcome()
        var rows: [[Value]] = []
        var bad: [(name: String, state: String)] = []
        var skipped: [String] = []
        for record in records {
            let (name, result) = (record.step.name, HealResult(record.outcome))
            if result.state == .skipped { skipped.append(name) }
            if !result.isGood {
                bad.append((name, result.state?.rawValue ?? "interrupted"))
                if let failure = Self.failure(of: record, result) { outcome.failures.append(failure) }
            }
            if result.healed > 0 { outcome.changed = true }
            if result.state != nil {
                var row = Self.row(record)
                if let count = doubts[name] {
                    row[row.count - 1] = .text(
                        [result.message, Self.passedOver(count)].compactMap(\.self).joined(separator: "; "))
                }
                rows.append(row)
            }
            outcome.nodes.append(
                NodeOutcome(
                    name, ok: result.isGood, sqlstate: result.sqlstate, message: result.message,
                    milliseconds: record.milliseconds))
        }
        outcome.table = Table(columns: Self.columns, rows: rows)
        outcome.tellsFailuresInRows = true
        // Nothing is known of a node that was not looked at. Where it was selected among others that is as its operator
        // wants it; where it was named, or is all there is, it is no success.
        let named = arguments[Self.names].flatMap { GlobPattern.list($0.pattern) }.compactMap {
            GlobPattern.plainText($0)
        }
        let missed = skipped.filter {
            named.contains($0) || skipped.count == records.count || doubts[$0] != nil
        }
        let failed =
            bad.map { "\($0.name) (\($0.state))" }
            + missed.map { name in
                let count = doubts[name].map { ", and \(Self.passedOver($0))" } ?? ""
                return "\(name) (skipped: it is marked unavailable\(count))"
            }
        for index in outcome.nodes.indices where missed.contains(outcome.nodes[index].node) {
            outcome.nodes[index].ok = false
        }
        if !failed.isEmpty {
            outcome.status = failed.count == records.count ? .failed : .partial
            outcome.complaint = "not healed: \(failed.listed)"
            // A node that is marked unavailable would be passed over again.
            if !bad.isEmpty { outcome.rest = arguments.command(forRemaining: bad.map(\.name)) }
        }
        return outcome
    }

    private static func passedOver(_ count: Int) -> String {
        "\(count.counted("transaction")) \(count == 1 ? "is" : "are") in doubt there"
    }

    /// How many transactions are in doubt on nodes that were passed over because they are marked unavailable. A node that does not
    /// tell is none of them.
    private func doubts(
        on records: [StepRecord<HealStep>], _ context: CommandContext
    ) async -> [String: Int] {
        let names = Set(records.filter { HealResult($0.outcome).state == .skipped }.map(\.step.name))
        let cluster = context.cluster.limitedForQuestion(atMost: .seconds(2))
        guard !names.isEmpty, !Task.isCancelled, let all = try? await cluster.nodes() else { return [:] }
        let answers = await cluster.onEach(all.filter { names.contains($0.name) }) { node throws(ClusterError) in
            try await cluster.asking(node) { link throws(ClusterError) in
                try await cluster.prepared(on: link, node.name, timeout: .seconds(2))
            }
        }
        let pairs = answers.map { answer in
            (answer.item.name, (answer.value ?? []).count { $0.gid.hasPrefix("ts-") })
        }
        return Dictionary(pairs.filter { $0.1 > 0 }) { first, _ in first }
    }

    /// Why a node was not healed; nil where somebody stopped it.
    private static func failure(of record: StepRecord<HealStep>, _ result: HealResult) -> Failure? {
        if let failure = record.failure { return failure }
        guard result.state != nil else { return nil }
        var failure = Failure("\(record.step.name): \(result.message ?? state(of: result, record.outcome))")
        failure.node = record.step.name
        failure.sqlstate = result.sqlstate
        return failure
    }
}
