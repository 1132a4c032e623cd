import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct MigrateCutoverCommand: Command {
    private static let tables = Operand<[Argument]>("TABLES|all", .hypertable, keywords: ["all"])
    static let maxPause = Option<Duration>(
        "--max-pause", "TIME", default: .seconds(10), atLeast: .milliseconds(100),
        "How long those that write to a table may wait; where it would be longer, all stays as it is")
    static let lockTimeout = Option<Duration>(
        "--lock-timeout", "TIME", default: .seconds(5), atLeast: .milliseconds(100),
        "How long the lock may be waited for, which those that come later wait for, too")

    static let syntax = CommandSyntax(
        "migrate cutover", group: .migration, "Let the new tables take the places of the distributed ones",
        operands: [tables], options: [maxPause, lockTimeout], changes: true, asks: .always,
        details: """
            Table by table: its jobs go off; what has changed is copied once more while it is written, until little is \
            left; then those that write wait, the last changes are copied, and the names are exchanged, with sequences, \
            views, policies and continuous aggregates, in one transaction of the access node. Readers go on. Of those that \
            wait INSERT, UPDATE and DELETE go on in the new table, and a COPY ends once with an error of a relation that does \
            not exist: it is to be sent again, as after any error. The old \
            table is kept as NAME__old, and refuses to be written; 'migrate undo' takes all of it back. Where the pause \
            would be longer than --max-pause, or anything fails, nothing has changed; and where tscl or a server is \
            killed, either: run it again. Who writes on a data node itself, or by distributed_exec, in a transaction that is open, is \
            waited for as well, and so is who reads things as they were before the last compressed chunks were copied, as with \
            REPEATABLE READ, and would not see all of their rows; where such a one does not end, it is named, and all stays as it \
            is. Where compressed chunks had to be copied while others waited, these are let go once more, up to three times: those \
            among them that read as things were would not see all rows either. The continuous aggregates are made anew with all rows that they had, and show \
            them at once; materialized views are filled again then, and can't be read until that. Where one has fewer rows \
            then, as raw rows were dropped since the old one was refreshed, that is told, with status 4, and the old one is kept.

            To another server the old table loses its name first, so that whoever writes gets an error, and then the \
            other table is recorded as the one that counts. Between the two nobody can write anywhere. Its continuous \
            aggregates go over before, with their rows, and can't be refreshed until it is over.

            For programs there is a row for each table that is cut over: how long writers waited ('pause_ms', null where an \
            earlier run had done it), and how many chunks were copied without being compared row for row ('uncompared').
            """,
        examples: ["migrate cutover metrics", "migrate cutover all --max-pause 3s --yes"])

    static let columns: [Table.Column] = ["hypertable", .number("pause_ms"), .integer("uncompared")]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "a cut-over is a transaction of its own, in which nobody may wait for anything else"
    }

    private var limits: CutoverLimits {
        CutoverLimits(maxPause: arguments[Self.maxPause], lockTimeout: arguments[Self.lockTimeout])
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try await context.onMigrations(arguments[Self.tables], of: arguments) { chosen, target in
            if context.settings.dryRun { return try await preview(chosen, target, context) }
            let open = chosen.filter { $0.state == .copying }
            try await Confirmation(context.settings).confirm(open.map(\.source.shownName), for: arguments)
            return try await context.oneByOne(chosen, of: arguments) { migration in
                try await cutOver(migration, target, context)
            }
        }
    }

    private func cutOver(
        _ migration: Migration, _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> Outcome {
        let site = try await context.site(of: migration, target, limits)
        let name = migration.source.shownName
        let result: CutoverResult
        do {
            if migration.state == .copying { try await site.refuseIfImpossible() }
            result = try await Cutover(at: site, limits).run()
            await site.close()
        } catch {
            await site.close()
            throw error
        }
        var outcome = Outcome(text: result.steps.map { "\(name): \($0.name), \($0.took.inSeconds)" }, changed: true)
        if let pause = result.pause {
            outcome.text.append("\(name) is cut over: writers waited \(pause.inSeconds)")
        } else {
            outcome.text.append("\(name) is cut over")
        }
        outcome.text += site.kept.flatMap(\.told)
        if let told = site.toldSequences { outcome.text.append("\(name): \(told)") }
        outcome.text += (try? await target.toldKeptRows(of: [migration])) ?? []
        // It counts what is so, and has no say in what is done.
        let uncompared = try? await context.cluster.uncomparedChunks(of: [migration], on: target)
        let count = uncompared.map { $0[migration.sourceID] ?? 0 }
        if let count, count > 0 {
            outcome.text.append(UncomparedChunks.told(count, of: migration, isCutOver: true))
        }
        outcome.table = Table(
            columns: Self.columns,
            rows: [
                [
                    .text(name), result.pause.map { .number(JSON.rounded($0.milliseconds)) } ?? .null,
                    count.map { .integer(Int64($0)) } ?? .null,
                ]
            ])
        outcome.text.append("undo: migrate undo \(Quoting.word(name))")
        if !result.notes.isEmpty {
            outcome.status = .partial
            outcome.failures = result.notes.map {
                Failure(
                    "\(name) is cut over, and \($0.text)", status: .partial,
                    remedy: $0.remedy
                        ?? "'migrate cutover \(Quoting.word(name))' does it again, or the statement by itself")
            }
        }
        return outcome
    }

    private func preview(
        _ chosen: [Migration], _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> Outcome {
        var items: [Proposal.Item] = []
        var notes: [String] = []
        let uncompared = try await context.cluster.uncomparedChunks(of: chosen, on: target)
        for migration in chosen where migration.state == .copying {
            if let count = uncompared[migration.sourceID] {
                notes.append(UncomparedChunks.told(count, of: migration, isCutOver: false))
            }
            notes += try await context.cluster.keptCopies(of: [migration], on: target).flatMap(\.told)
            notes += try await target.toldKeptRows(of: [migration])
            let site = try await context.site(of: migration, target, limits)
            items.append(Proposal.Item(try await site.preview(), done: ""))
            await site.close()
        }
        var outcome = Proposal(items).preview(context.output)
        outcome.notes += notes
        return outcome
    }
}
