import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HealCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "heal", group: .healing, "End the distributed transactions left in doubt on data nodes",
        operands: [OperandSyntax("all|NAMES", .node, .oneOrMore)],
        options: [
            OptionSyntax("--parallel", "N", .integer(1...1000), "How many nodes at once (16)")
        ], changes: true,
        details: """
            Each node is healed by a statement of its own, side by side, and for at most --timeout (30s): one that is \
            down, hangs or is blocked never holds up the others. The states: clean, healed, in_progress (its transaction \
            still runs on the access node), unreachable, hanging, blocked (a malformed transaction id stands in the way), \
            skipped (marked unavailable), failed (anything else, which the message tells). The status is 4 when some \
            nodes could not be healed, and 1 when none could.
            """,
        examples: ["heal all", "heal dn1 dn2 --timeout 10s", "heal 'dn*'"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "healing can't be in a transaction: TimescaleDB heals each node by a statement of its own"
    }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let limit = session.settings.timeout ?? .seconds(30)
        if session.deadline == nil { session.deadline = .now.advanced(by: limit) }
        let (connection, capabilities) = try await session.cluster()
        let all = try await session.dataNodes()
        let nodes = try session.select(
            arguments.operands("all|NAMES"), from: all, of: arguments, isList: true)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        if session.settings.dryRun { return session.preview(Self.proposal(nodes, capabilities)) }
        // After a crash the access node would give a lost transaction's number out again: take one first.
        try await session.send(Healing.advance.sql, on: connection, timeout: limit)
        // From here on the limit is each node's, not the command's.
        session.deadline = nil
        let answers = await session.onEach(nodes, parallel: arguments.integer("--parallel") ?? 16) {
            node throws(Failure) in
            try await session.heal(node, capabilities, within: limit)
        }
        return Self.outcome(answers)
    }

    private static func proposal(_ nodes: [DataNode], _ capabilities: Capabilities) -> Proposal {
        let (available, skipped) = (nodes.filter(\.isAvailable), nodes.filter { !$0.isAvailable })
        let plan = Healing.heal(available, parallel: available.count, capabilities)
        return Proposal(
            [.init(plan, done: "")],
            unchanged: skipped.map { "node \($0.name) is marked unavailable and skipped" })
    }

    private static func outcome(
        _ answers: [(node: DataNode, answer: Result<HealResult, Failure>, milliseconds: Double)]
    ) -> Outcome {
        var outcome = Outcome()
        var rows: [[Value]] = []
        var bad: [String] = []
        for (node, answer, milliseconds) in answers {
            let result: HealResult
            switch answer {
            case .success(let value): result = value
            case .failure(let failure): result = HealResult(failure, on: node)
            }
            let state = result.state?.rawValue ?? "interrupted"
            if !result.isGood { bad.append("\(node.name) (\(state))") }
            if result.healed > 0 { outcome.changed = true }
            if result.state != nil {
                rows.append([
                    .text(node.name), .text(state), .integer(Int64(result.healed)),
                    .number(JSON.rounded(milliseconds)), result.message.map { .text($0) } ?? .null,
                ])
            }
            outcome.nodes.append(
                NodeOutcome(
                    node.name, ok: result.isGood, sqlstate: result.sqlstate, message: result.message,
                    milliseconds: milliseconds))
        }
        let columns: [Table.Column] = [
            .init("node"), .state("state"), .init("healed", .right), .init("ms", .right), .init("message"),
        ]
        outcome.table = Table(columns: columns, rows: rows)
        if !bad.isEmpty {
            outcome.status = bad.count == answers.count ? .failed : .partial
            outcome.complaint = "not healed: \(bad.joined(separator: ", "))"
        }
        return outcome
    }
}

extension Session {
    /// Heals one node over a connection of its own to the access node.
    fileprivate func heal(
        _ node: DataNode, _ capabilities: Capabilities, within limit: Duration
    ) async throws(Failure) -> HealResult {
        guard node.isAvailable else {
            return HealResult(.skipped, message: "marked unavailable; 'node enable' undoes that")
        }
        let deadline = ContinuousClock.now.advanced(by: limit)
        let result = try await closing(try await openAccessNode(within: limit)) { connection throws(Failure) in
            try await send(
                Healing.statement(for: node, capabilities).sql, on: connection,
                timeout: ContinuousClock.now.duration(to: deadline))
        }
        let healed = result.rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
        // What is left there is still in progress; where the node can't be asked from here, that stays unknown.
        let left = await doubts(on: node, until: min(deadline, .now + .seconds(2)))
        if let left, left > 0 {
            let plural = left == 1 ? "its transaction is" : "\(left) transactions are"
            return HealResult(.inProgress, healed: healed, message: "\(plural) still in progress on the access node")
        }
        return HealResult(healed > 0 ? .healed : .clean, healed: healed)
    }

    /// How many distributed transactions are prepared on a node; nil when it can't be asked from here.
    private func doubts(on node: DataNode, until end: ContinuousClock.Instant) async -> Int? {
        let now = ContinuousClock.now
        guard now < end else { return nil }
        let result = try? await asking(node, timeout: now.duration(to: end)) { connection throws(Failure) in
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            return try await send(InDoubtTransaction.list, on: connection, node: node.name, timeout: left)
        }
        return result?.records.map { InDoubtTransaction(row: $0) }.filter { $0.gid.hasPrefix("ts-") }.count
    }
}
