import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Postgres
import Rendering

/// What the verbs do where a data node is, or was, promoted: nothing is copied then, and all tables go together.
extension CommandContext {
    /// The promotion that has begun; nil where none has.
    func promotion() async throws(ClusterError) -> PromotionRecord? {
        guard try await !cluster.capabilities().isEmulated else { return nil }
        return try await cluster.promotion()
    }

    // MARK: start --promote

    func promote(
        _ argument: Argument, accepting accepted: Set<String>, _ limits: CutoverLimits, of arguments: Arguments
    ) async throws -> Outcome {
        let tables = try await MigrationChoice.tables(arguments, self)
        var node = try NodeSelection(arguments, among: try await cluster.nodes()).node(argument)
        let record = try await promotion()
        if let record, record.node == node.name { node.database = record.database }
        if record == nil { try await refuse(node, tables, accepting: accepted, arguments) }
        if settings.dryRun {
            let plans = try await onSite(of: node, limits) { site in
                if let record { try await site.preview(of: record) } else { try await site.preview() }
            }
            return preview(plans, of: node.name)
        }
        try await Confirmation(settings).confirm([node.name], for: arguments)
        let result = try await alone {
            // Another session may have begun it, or another way, or have taken it back, while this one asked.
            let now = try await promotion()
            if now == nil { try await refuseOtherWay() }
            if now == nil, record != nil || !settings.assumeYes {
                try await refuse(node, tables, accepting: accepted, arguments)
            }
            return try await onSite(of: node, limits) { site in
                if now == nil { try await site.refuseIfImpossible() }
                return try await Cutover(at: site, limits).run()
            }
        }
        return Self.told(result, node, as: try await cluster.link().info.user)
    }

    private func onSite<Value>(
        of node: DataNode, _ limits: CutoverLimits, _ work: (ClusterPromotion) async throws -> Value
    ) async throws -> Value {
        let (output, interval) = (output, settings.progressInterval)
        let site = try await ClusterPromotion(of: node, in: cluster, limits) { steps in
            OperationDisplay(steps, of: MigrateStartCommand.syntax.name, output, every: interval)
        }
        do {
            let value = try await work(site)
            await site.close()
            return value
        } catch {
            await site.close()
            throw error
        }
    }

    /// Does what one session at a time may do.
    func alone<Value>(_ work: () async throws -> Value) async throws -> Value {
        guard try await cluster.send(MigrationClaim.takeCluster).value == "t" else {
            throw Failure(
                "another tscl begins migrations ('migrate start'), or promotes a node, or takes that back: nothing was done",
                remedy: "wait for it, or end it; then 'migrate status' tells what has begun")
        }
        do {
            let value = try await work()
            await release()
            return value
        } catch {
            await release()
            throw error
        }
    }

    /// The session may go on, even if the command was interrupted.
    private func release() async {
        await cluster.evenIfInterrupted { _ = try? await $0.send(MigrationClaim.releaseCluster) }
    }

    /// The record of a promotion, now that no other session is at work on it.
    ///
    /// - Throws: where it is another promotion than the one that was asked about, or none.
    private func current(_ record: PromotionRecord) async throws -> PromotionRecord {
        guard let now = try await promotion(), now.isSame(as: record) else {
            throw ClusterError.notThatPromotion(record)
        }
        return now
    }

    private func refuse(
        _ node: DataNode, _ tables: [ChunkedTable], accepting accepted: Set<String>, _ arguments: Arguments
    ) async throws {
        try await refuseOtherWay()
        guard !tables.isEmpty else { throw Failure("there are no distributed hypertables to go on with") }
        try MigrationRefusal(arguments, accepted).refuse(try await examine(node, tables).1.findings)
    }

    private func refuseOtherWay() async throws {
        guard let target = try await cluster.migrationTarget() else { return }
        let hasBegun = try await !cluster.migrations(on: target).isEmpty
        await target.close()
        if hasBegun {
            throw Failure(
                "migrations of this cluster have begun: it leaves by one way at a time", remedy: "migrate undo all")
        }
    }

    private static func told(_ result: CutoverResult, _ node: DataNode, as user: String) -> Outcome {
        var outcome = Outcome(
            text: result.steps.map { "\(node.name): \($0.name), \($0.took.inSeconds)" }, changed: true)
        let waited = result.pause.map { ": writers waited \($0.inSeconds)" } ?? ""
        outcome.table = Table(
            columns: MigrateStartCommand.columns,
            rows: [[.text(node.name), result.pause.map { .number(JSON.rounded($0.milliseconds)) } ?? .null]])
        outcome.text += [
            "\(node.name) is a server of its own\(waited)",
            "the access node has its tables as NAME__old, and tells whoever asks for one of them where it is",
            "connect to it: connect \(Quoting.word("host=\(node.host) port=\(node.port) dbname=\(node.database) user=\(user)"))",
            "undo: migrate undo all",
        ]
        outcome.failures = result.notes.map { Failure($0.text, status: .partial, remedy: $0.remedy) }
        if !result.notes.isEmpty { outcome.status = .partial }
        return outcome
    }

    private func preview(_ plans: (accessNode: Plan, node: Plan), of node: String) -> Outcome {
        var ofNode = Proposal.Item(plans.node, done: "")
        ofNode.shownPlace = node
        return Proposal([Proposal.Item(plans.accessNode, done: ""), ofNode]).preview(output)
    }

    // MARK: The other verbs

    /// - Parameter whole: the command that is for all tables of the promotion.
    /// - Throws: where operands name anything but these: they go together.
    func refuse(
        _ operands: [Argument], besides record: PromotionRecord, whole: String, of arguments: Arguments
    ) throws {
        let help = "'\(whole)' is for \(record.tables.map(\.shownName).listed)"
        var named: Set<TableName> = []
        for operand in operands {
            if operand.text == "all" {
                named.formUnion(record.tables)
                continue
            }
            let pattern = NamePattern(operand)
            let found = record.tables.filter { pattern.matches(table: $0) }
            if found.isEmpty {
                throw arguments.problem("\(operand.text) is no table of \(record.node)", at: operand, help: help)
            }
            named.formUnion(found)
        }
        guard let first = operands.first, named != Set(record.tables) else { return }
        throw arguments.problem(
            "\(record.node) is promoted with all of its tables, which go together", at: first, help: help)
    }

    func undo(_ record: PromotionRecord, _ limits: CutoverLimits, of arguments: Arguments) async throws -> Outcome {
        if settings.dryRun {
            let plans = try await PromotionUndo(of: record, in: cluster, limits).preview()
            var ofNode = Proposal.Item(plans.node, done: "")
            ofNode.shownPlace = record.node
            return Proposal([ofNode, Proposal.Item(plans.accessNode, done: "")]).preview(output)
        }
        try await Confirmation(settings).confirm([record.node], for: arguments)
        let sequences = try await alone {
            let undo = await PromotionUndo(of: try await current(record), in: cluster, limits)
            do {
                try await undo.run()
                await undo.close()
                return undo.toldSequences
            } catch {
                await undo.close()
                throw error
            }
        }
        return Outcome(
            text: ["\(record.node) is a data node again, and the tables can be written"]
                + (sequences.map { [$0] } ?? []),
            changed: true)
    }

    /// - Parameter isMeant: whether it was said that there is to be no way back.
    func finish(_ record: PromotionRecord, isMeant: Bool, of arguments: Arguments) async throws -> Outcome {
        try await PromotionEnd.refuse(record, in: cluster)
        let limits = CutoverLimits(maxPause: .seconds(10), lockTimeout: .seconds(5))
        let refusal =
            isMeant
            ? nil
            : Failure(
                "the way back of \(record.node) would be forgotten", status: .unconfirmed,
                remedy: "'migrate finish all --drop-old'")
        if settings.dryRun {
            let plans = try await PromotionEnd(of: record, in: cluster, limits).preview()
            var ofNode = Proposal.Item(plans.node, done: "")
            ofNode.shownPlace = record.node
            let outcome = Proposal([.init(plans.first, done: ""), ofNode, .init(plans.last, done: "")]).preview(output)
            return refusal.map { outcome.refused($0) } ?? outcome
        }
        if let refusal { throw refusal }
        try await Confirmation(settings).confirm([record.node], for: arguments)
        let others = try await othersLeft(besides: record)
        let left = try await alone { try await PromotionEnd(of: try await current(record), in: cluster, limits).run() }
        return Outcome(
            text: [
                "\(record.node) stands alone: there is no way back, and the access node does not reach it any more"
            ] + left + others + [
                "next: stop the access node and the other data nodes; what is on them is of no use any more",
                "then, connected to \(record.node): migrate ready",
            ], changed: true)
    }

    func verify(_ record: PromotionRecord) async throws -> Outcome {
        if record.isEnding { throw ClusterError.isEnding(record) }
        _ = try await cluster.send(PromotionStore.verified(false, record))
        let proved = try await cluster.prove(record)
        var outcome = Outcome(
            table: Table(
                columns: [
                    .init("hypertable"), .init("chunk"), .init("node"), .init("rows", .right), .state("state"),
                    .init("message"),
                ],
                rows: proved.map { copy in
                    [
                        .text(copy.copy.table.shownName), .text(copy.copy.chunk.shownName),
                        copy.other.map { .text($0) } ?? .null, .integer(Int64(copy.copy.rows)),
                        .text(copy.state.rawValue), .null,
                    ]
                }))
        let counts = Dictionary(grouping: proved, by: \.state).map { "\($0.value.count) \($0.key.rawValue)" }.sorted()
        outcome.text = ["\(proved.count.counted("chunk")) of \(record.node): \(counts.listed)"]
        let differing = proved.count { $0.state == .differs }
        guard differing == 0 else {
            outcome.status = .notHealthy
            outcome.complaint = "\(differing.counted("chunk")) not the same on \(record.node) and another node"
            return outcome
        }
        if try await cluster.standing(of: record) == .promoted {
            _ = try await cluster.send(PromotionStore.verified(true, record))
        }
        return outcome
    }

    /// What `check` tells of a promoted node.
    func finding(of record: PromotionRecord) async -> Finding {
        let failure = await state(of: record).failure
        return Finding(
            .error, record.node,
            failure?.message
                ?? "it is a server of its own, and its entry here leads nowhere: this access node is of no use any more",
            remedy: failure?.remedy
                ?? "'migrate finish all --drop-old' ends it; 'migrate undo all' takes it back as long as nobody wrote there"
        )
    }

    /// The state of a promotion, for `migrate status`.
    func state(of record: PromotionRecord) async -> (state: String, failure: Failure?) {
        do throws(ClusterError) {
            let again = "migrate start --promote \(Quoting.word(record.node))"
            if record.isEnding {
                return (
                    "ending",
                    Failure(
                        "\(record.node) stands alone, and that is not recorded everywhere",
                        remedy: "'migrate finish all --drop-old' goes on")
                )
            }
            return switch try await cluster.standing(of: record) {
            case .promoted: ("promoted", nil)
            case .unfenced:
                (
                    "promoted",
                    Failure(
                        "the access node has the way to \(record.node) again: what it drops, it drops there, too",
                        remedy: "'\(again)' takes it away")
                )
            case .between:
                (
                    "half_promoted",
                    Failure(
                        "\(record.node) is half promoted: nobody can write anywhere",
                        remedy: "'\(again)' ends it, 'migrate undo all' takes it back")
                )
            }
        } catch {
            return ("unknown", Failure(error))
        }
    }
}
