import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct MigrateVerifyCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES", .hypertable, .zeroOrMore)
    private static let parallel = Option<Int>("--parallel", "N", 1...64, default: 4, "How many chunks at once")

    private static let acceptUnproved = Flag(
        "--accept-unproved",
        "Let pass what was written to and was not proved before, as the copy may lack rows, and what is 'lacking'")

    static let syntax = CommandSyntax(
        "migrate verify", group: .migration, "Compare both sides again, row for row", operands: [tables],
        options: [parallel, acceptUnproved, CommonOptions.progress],
        details: """
            Each chunk is read on a data node and on the target as it is now. 'same' has the same rows on both sides; \
            'changed' was written to at the source since it was copied, or is not copied yet, which the next 'migrate copy' brings over; \
            'written', behind the cut-over, was written to on the target, and 'dropped' dropped there, as by a retention \
            policy, while the source is what was copied; 'kept' is on the target alone, as the source has lost or dropped it; 'unproved' was written to there and had never been compared before, or was cut over by an earlier tscl, which did not \
            look whether the copy was still what had been copied, so that rows may be missing; 'differs' is none of these. A continuous aggregate is 'lacking' that has not, or has otherwise, rows which the old one has of before the first chunk, \
            unless its own retention policy drops them: nothing can make them again. What 'migrate copy' has copied without comparing it counts as compared once it was found the same. 'migrate finish' wants a verify behind the cut-over in which none differs, is unproved or is lacking. Nobody waits for \
            it. The status is 5 when one differs, is unproved or is lacking, and 4 when some could not be compared.
            """,
        examples: ["migrate verify", "migrate verify metrics --format json"])

    static let columns: [Table.Column] = [
        "hypertable", "chunk", "node", .integer("rows"), .state("state"), "message",
    ]

    static var stepColumns: [Table.Column] { columns }

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "what it finds is recorded in transactions of its own"
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        try context.refuseInWrittenTransaction(arguments.invocation)
        if let record = try await context.promotion() {
            try context.refuse(arguments[Self.tables], besides: record, whole: "migrate verify", of: arguments)
            return try await context.verify(record)
        }
        let choice = try await BegunMigrations(context)
        let migrations = try choice.chosen(arguments[Self.tables], of: arguments)
        // What was found before counts no more.
        var phases: [Int: String] = [:]
        for migration in migrations {
            phases[migration.sourceID] = try await choice.target.send(migration.unverified).value
            if phases[migration.sourceID] == nil {
                throw Failure(
                    "\(migration.source.shownName) was cut over or taken back at this moment", remedy: "verify it again"
                )
            }
        }
        var lacking: [Int: [LackingHistory]] = [:]
        for migration in migrations where migration.state == .cutOver {
            lacking[migration.sourceID] = try await lackingHistories(of: migration, choice.target, context)
        }
        let proof = try await cluster.migrationProof(migrations, on: choice.target)
        do {
            let work = StepwiseWork(Operation(proof.steps, parallel: arguments[Self.parallel]))
            return try await work.carryOut(for: Self.syntax.name, context, Self.telling) { records in
                await proof.end()
                let proved = migrations.filter { migration in
                    guard lacking[migration.sourceID, default: []].isEmpty || arguments[Self.acceptUnproved] else {
                        return false
                    }
                    let own = records.filter { $0.step.migration.sourceID == migration.sourceID }
                    return own.allSatisfy { record in
                        if case .done(let result) = record.outcome {
                            result.isPassed || result == .unproved && arguments[Self.acceptUnproved]
                        } else {
                            false
                        }
                    }
                }
                var overtaken: [String] = []
                for migration in proved {
                    let isLacking = !lacking[migration.sourceID, default: []].isEmpty
                    let verified = migration.verified(
                        in: phases[migration.sourceID] ?? "", accepting: isLacking ? [LackingHistory.accepted] : [])
                    if try await choice.target.send(verified).value != "t" {
                        overtaken.append(migration.source.shownName)
                    }
                }
                let kept = try await choice.target.toldKeptRows(of: migrations)
                await choice.target.close()
                var outcome = outcome(records)
                for migration in migrations { tell(lacking[migration.sourceID, default: []], of: migration, &outcome) }
                if !overtaken.isEmpty {
                    outcome.status = .partial
                    outcome.failures.append(
                        Failure(
                            "\(overtaken.listed) \(overtaken.count == 1 ? "was" : "were") cut over or taken back meanwhile: that counts as not verified",
                            remedy: "verify it again"))
                }
                outcome.notes += kept
                return outcome
            }
        } catch {
            await proof.end()
            throw error
        }
    }

    private func lackingHistories(
        of migration: Migration, _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> [LackingHistory] {
        let site = try await context.site(of: migration, target, MigrateFinishCommand.limits)
        do {
            let lacking = try await site.lackingHistories()
            await site.close()
            return lacking
        } catch {
            await site.close()
            throw error
        }
    }

    /// On another server both have the same name.
    private static func old(_ history: LackingHistory) -> String {
        history.old.shownName + (history.old == history.new ? " on the access node" : "")
    }

    /// Behind the chunks.
    private func tell(_ lacking: [LackingHistory], of migration: Migration, _ outcome: inout Outcome) {
        if lacking.isEmpty { return }
        let rows: [[Value]] = lacking.map { history in
            [
                .text(migration.source.shownName), .text(history.new.shownName), .null, .integer(Int64(history.rows)),
                .text("lacking"), .text("rows of before the first chunk, which only \(Self.old(history)) has"),
            ]
        }
        let table = Table(columns: Self.columns, rows: rows)
        outcome.table = outcome.table?.followed(by: table) ?? table
        outcome.text += lacking.map {
            "\(migration.source.shownName): \($0.new.shownName) lacks \($0.rows.counted("row")) of before the first chunk, which \(Self.old($0)) has, or has them otherwise"
        }
        if arguments[Self.acceptUnproved] { return }
        outcome.status = .notHealthy
        outcome.notes.append(
            "nothing can make these rows again: keep \(lacking.map(Self.old).listed), or a copy; where nobody needs them, --accept-unproved lets it pass"
        )
        let complaint = "\(lacking.count.counted("continuous aggregate")) lacking history"
        outcome.complaint = [outcome.complaint, complaint].compactMap(\.self).joined(separator: ", ")
    }

    private func outcome(_ records: [StepRecord<ChunkProofStep>]) -> Outcome {
        let state = Self.state
        var counts: [String: Int] = [:]
        for record in records { counts[state(record.outcome), default: 0] += 1 }
        var outcome = Outcome(
            table: Table(
                columns: Self.columns, rows: records.map(Self.row)))
        let told = ["same", "changed", "written", "dropped", "kept", "unproved", "differs", "unread"].compactMap {
            state in
            counts[state].map { "\($0) \(state)" }
        }
        outcome.text = records.filter { state($0.outcome) == "differs" }.map {
            "\($0.step.migration.source.shownName): \($0.step.name) differs from \($0.step.nodes.first ?? "its source")"
        }
        outcome.text.append(
            records.isEmpty ? "nothing is copied yet" : "\(records.count.counted("chunk")): \(told.listed)")
        let several = Set(records.filter { $0.step.nodes.count > 1 }.map { $0.step.migration.distributed.shownName })
        if !several.isEmpty {
            let words = several.sorted().map(Quoting.word).joined(separator: " ")
            outcome.notes.append(
                "of several copies of a chunk one was read, as it goes over; 'chunk verify \(words)' compares them")
        }
        let first = records.count { $0.step.record.isUncompared && state($0.outcome) == "same" }
        if first > 0 {
            outcome.text.append("\(first.counted("chunk")) of these compared for the first time")
        }
        outcome.failures = records.compactMap(\.failure)
        if counts["unread"] != nil { outcome.status = .partial }
        if let count = counts["differs"] {
            outcome.status = .notHealthy
            if records.contains(where: { state($0.outcome) == "differs" && $0.step.migration.state == .copying }) {
                outcome.notes.append("'migrate copy' copies what differs anew")
            }
            outcome.complaint = "\(count.counted("chunk")) not the same on both sides"
        }
        if let count = counts["unproved"], !arguments[Self.acceptUnproved] {
            outcome.status = .notHealthy
            outcome.notes.append(
                "'unproved' was written to since the cut-over, and had not been compared before it, or not been looked at under its lock: the copy may lack rows that the old table has; look at both, and --accept-unproved lets it pass"
            )
            outcome.complaint = [outcome.complaint, "\(count.counted("chunk")) unproved"].compactMap(\.self)
                .joined(separator: ", ")
        }
        return outcome
    }

    /// What programs are told of a step when it has ended.
    private static let telling = StepTelling<ChunkProofStep>(columns: columns) { [Self.row($0)] }

    private static func row(_ record: StepRecord<ChunkProofStep>) -> [Value] {
        [
            .text(record.step.migration.source.shownName), .text(record.step.record.source.shownName),
            record.step.nodes.first.map { .text($0) } ?? .null,
            record.step.record.rows.map { .integer(Int64($0)) } ?? .null, .text(state(record.outcome)),
            record.outcome.error.map { .text($0.summary) } ?? .null,
        ]
    }

    private static func state(_ outcome: StepOutcome<ChunkProofStep.Result>) -> String {
        if case .done(let result) = outcome { result.rawValue } else { "unread" }
    }
}
