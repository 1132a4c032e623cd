import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Postgres
import Rendering

/// What the verbs do where a data node is, or was, promoted: nothing is copied then, and all tables go together.
extension CommandContext {
    /// The promotion that has begun; nil where none has.
    func promotion() async throws -> PromotionRecord? {
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
        let site = try await ClusterPromotion(of: node, in: cluster, limits)
        do {
            if record == nil { try await refuse(node, tables, accepting: accepted, arguments) }
            if settings.dryRun {
                let outcome = preview(try await site.preview(), of: node.name)
                await site.close()
                return outcome
            }
            try await Confirmation(settings).confirm([node.name], for: arguments)
            let result = try await alone {
                if record == nil { try await site.refuseIfImpossible() }
                return try await Cutover(at: site, limits).run()
            }
            await site.close()
            return Self.told(result, node, as: try await cluster.link().info.user)
        } catch {
            await site.close()
            throw error
        }
    }

    /// Does what one session at a time may do.
    private func alone<Value>(_ work: () async throws -> Value) async throws -> Value {
        guard try await cluster.send(MigrationClaim.takePromotion).value == "t" else {
            throw Failure("another session promotes a node, or takes that back", remedy: "migrate status")
        }
        let own = cluster.limited(to: .seconds(5))
        do {
            let value = try await work()
            _ = try? await own.send(MigrationClaim.releasePromotion)
            return value
        } catch {
            // A task of its own is not cancelled: the session may go on.
            await Task { _ = try? await own.send(MigrationClaim.releasePromotion) }.value
            throw error
        }
    }

    private func refuse(
        _ node: DataNode, _ tables: [ChunkedTable], accepting accepted: Set<String>, _ arguments: Arguments
    ) async throws {
        if let target = try await cluster.migrationTarget(), try await !cluster.migrations(on: target).isEmpty {
            throw Failure(
                "migrations of this cluster have begun: it leaves by one way at a time", remedy: "migrate undo all")
        }
        guard !tables.isEmpty else { throw Failure("there are no distributed hypertables to go on with") }
        try MigrationRefusal(arguments, accepted).refuse(try await examine(node, tables).1.findings)
    }

    /// What is told of a node that is to be promoted.
    func examine(
        _ node: DataNode, _ tables: [ChunkedTable]
    ) async throws(ClusterError) -> (MigrationFacts, NodePromotion) {
        let facts = try await cluster.migrationFacts(of: tables, to: MigrationTarget(inPlaceOf: cluster))
        let others = try await others(besides: node)
        let info = try await cluster.link().info
        func options(_ host: String, _ port: Int, _ database: String) -> String {
            ["-h", host, "-p", String(port), "-U", info.user, "-d", database].map(ShellWord.quoted)
                .joined(separator: " ")
        }
        let dumped = others.filter(\.isDumped).map { "-t \(ShellWord.quoted($0.name.quoted))" }
            .joined(separator: " ")
        let copying =
            "pg_dump \(options(info.host, info.port, info.database)) \(dumped) | psql -X \(options(node.host, node.port, node.database))"
        return (facts, NodePromotion(of: node.name, facts, others: others, copying: copying))
    }

    /// What only the access node has.
    private func others(besides node: DataNode) async throws(ClusterError) -> [OtherRelation] {
        let others = try await cluster.send(OtherRelation.list).records.map { OtherRelation(row: $0) }
        // Data nodes may have these themselves. One that does not answer is told of otherwise.
        guard others.contains(where: \.mayBeThere) else { return others }
        do throws(ClusterError) {
            let there = try await cluster.asking(node) { link throws(ClusterError) in
                try await cluster.send(OtherRelation.list, on: link, node: node.name).records
            }
            let known = Set(there.map { OtherRelation(row: $0) })
            return others.filter { !$0.mayBeThere || !known.contains($0) }
        } catch {
            if error.kind == .interrupted { throw error }
            return others
        }
    }

    private static func told(_ result: CutoverResult, _ node: DataNode, as user: String) -> Outcome {
        var outcome = Outcome(
            text: result.steps.map { "\(node.name): \($0.name), \($0.took.inSeconds)" }, changed: true)
        let waited = result.pause.map { ": writers waited \($0.inSeconds)" } ?? ""
        outcome.text += [
            "\(node.name) is a server of its own\(waited)",
            "connect to it: connect \(Quoting.word("host=\(node.host) port=\(node.port) dbname=\(node.database) user=\(user)"))",
            "undo: migrate undo all",
        ]
        outcome.failures = result.notes.map { Failure($0, status: .partial) }
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
        let undo = PromotionUndo(of: record, in: cluster, limits)
        if settings.dryRun {
            let plans = try await undo.preview()
            var ofNode = Proposal.Item(plans.node, done: "")
            ofNode.shownPlace = record.node
            return Proposal([ofNode, Proposal.Item(plans.accessNode, done: "")]).preview(output)
        }
        try await Confirmation(settings).confirm([record.node], for: arguments)
        try await alone { try await undo.run() }
        return Outcome(text: ["\(record.node) is a data node again, and the tables can be written"], changed: true)
    }

    /// - Parameter isMeant: whether it was said that there is to be no way back.
    func finish(_ record: PromotionRecord, isMeant: Bool, of arguments: Arguments) async throws -> Outcome {
        guard record.verifiedAt != nil || record.isEnding else {
            throw Failure(
                "\(record.node) was not verified since it is on its own",
                remedy: "'migrate verify' compares it with the other nodes, row for row")
        }
        let end = PromotionEnd(of: record, in: cluster)
        if settings.dryRun {
            let plans = try await end.preview()
            var ofNode = Proposal.Item(plans.node, done: "")
            ofNode.shownPlace = record.node
            return Proposal([.init(plans.first, done: ""), ofNode, .init(plans.last, done: "")]).preview(output)
        }
        guard isMeant else {
            throw Failure(
                "the way back of \(record.node) would be forgotten", status: .unconfirmed,
                remedy: "'migrate finish all --drop-old'")
        }
        try await Confirmation(settings).confirm([record.node], for: arguments)
        try await alone { try await end.run() }
        return Outcome(
            text: [
                "\(record.node) stands alone: there is no way back, and the access node does not reach it any more",
                "next: stop the access node and the other data nodes; what is on them is of no use any more",
                "then, connected to \(record.node): migrate ready",
            ], changed: true)
    }

    func verify(_ record: PromotionRecord) async throws -> Outcome {
        if record.isEnding { throw ClusterError.isEnding(record) }
        _ = try await cluster.send(PromotionStore.verified(false))
        let proved = try await cluster.prove(record)
        var outcome = Outcome(
            table: Table(
                columns: [
                    .init("hypertable"), .init("chunk"), .init("node"), .init("rows", .right), .state("state"),
                    .init("message"),
                ],
                rows: proved.map { copy in
                    [
                        .text(copy.copy.table.shownName), .text(copy.copy.chunk.name),
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
            _ = try await cluster.send(PromotionStore.verified(true))
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
