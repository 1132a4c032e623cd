import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

struct MigrateUndoCommand: Command {
    static let tables = Operand<[Argument]>("TABLES|all", .hypertable, keywords: ["all"])
    private static let copyBack = Flag(
        "--copy-back", "Put what was written since the cut-over into the old table, whole chunks at a time")
    private static let lose = Flag(
        "--lose-new-rows",
        "Leave what was written since in the new table, which is kept as NAME__new; before a cut-over, drop rows of the copy that nothing else has"
    )
    private static let withoutTarget = Flag(
        "--without-target", "Take back what this cluster has of a migration to a server that is lost for good")
    static let syntax = CommandSyntax(
        "migrate undo", group: .migration, "Let the distributed tables have their places again",
        operands: [tables],
        options: [copyBack, lose, withoutTarget, MigrateCutoverCommand.maxPause, MigrateCutoverCommand.lockTimeout],
        constraints: [.exclusive([copyBack, lose]), .exclusive([copyBack, withoutTarget])],
        changes: true, asks: .always,
        details: """
            After a cut-over, until 'migrate finish': the old table gets its name back, with sequences, views, policies \
            and continuous aggregates, in one transaction while nobody writes. The copy stays, so that a later cut-over \
            has only the changes to copy. Where the new table was written since, that is told, and nothing is done \
            without --copy-back, which is for a migration in place, or --lose-new-rows. The same holds for what a continuous \
            aggregate has of times whose raw rows are gone since: --copy-back puts it into the old one, and --lose-new-rows \
            keeps the new one, as NAME__new or on the other server. What is copied back is compared in the \
            same transaction; behind it the continuous aggregates are refreshed where it is; where that was stopped, the command run again does it, and until then their refresh policies are off; into a compressed chunk nothing can be copied back. How long those that write wait for that is \
            estimated before, also by --dry-run, and where it is longer than --max-pause, nothing is done; where it turns out to \
            be longer, all stays as it is. Before a cut-over, or run a second time without these options: the copy is dropped, and the migration forgotten; never the old table. Where somebody has put rows into the copy that are \
            nowhere else, it is dropped with --lose-new-rows alone; so it is where a node was started anew since, as from a backup, and has not all \
            rows of the copy any more, and 'migrate copy' keeps these in tables of their own, which are named here. \
            Behind a cut-over an old table that is not what was copied from it counts as if the new one had been written. \
            From another server, and behind a promotion, sequences go on behind the numbers that were given there, whatever uses them.

            Where the server of --to is lost for good, --without-target takes back what this cluster has of the migration, and \
            asks nothing of that server: what was cut over gets its name back, with its jobs, as it was then, and the \
            migration is forgotten. What was written there since is lost, so that it wants --lose-new-rows, too, where a \
            table is cut over. It is refused where that server answers and has the record of it. Where it only has another \
            address by now, 'migrate start --to' tells that.

            A promoted node becomes a data node again, with all tables, until it is written to or its tables are \
            changed; killed anywhere, the same command goes on.

            For programs there is a row for each table: how long writers waited ('pause_ms', null where they had not to), \
            and what became of it ('state'): undone, forgotten (the copy is dropped) or unchanged.
            """,
        examples: [
            "migrate undo metrics", "migrate undo metrics --copy-back",
            "migrate undo all --without-target --lose-new-rows",
        ])

    static let columns: [Table.Column] = ["hypertable", .number("pause_ms"), .state("state")]

    /// What became of a table.
    enum State: String {
        /// It is the distributed one again.
        case undone
        /// It was not cut over: the copy is dropped.
        case forgotten
        case unchanged
    }

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "it is a transaction of its own, in which nobody may wait for anything else"
    }

    var newRows: MigrationUndo.NewRows {
        arguments[Self.copyBack] ? .copyBack : arguments[Self.lose] ? .lose : .refuse
    }

    var limits: CutoverLimits {
        CutoverLimits(
            maxPause: arguments[MigrateCutoverCommand.maxPause],
            lockTimeout: arguments[MigrateCutoverCommand.lockTimeout])
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        if let record = try await context.promotion() {
            try context.refuse(arguments[Self.tables], besides: record, whole: "migrate undo all", of: arguments)
            if newRows != .refuse || arguments[Self.withoutTarget] {
                throw arguments.problem(
                    "\(record.node) is promoted, and what was written there can be neither copied back nor left behind",
                    help: "'migrate undo all' takes it back as long as nobody wrote there")
            }
            return try await context.undo(record, limits, of: arguments)
        }
        if arguments[Self.withoutTarget] { return try await undoWithoutTarget(context) }
        return try await context.onMigrations(arguments[Self.tables], of: arguments, ends: true) { chosen, target in
            if context.settings.dryRun { return try await preview(chosen, target, context) }
            if newRows == .copyBack, target.isInPlace {
                for migration in chosen where migration.state == .cutOver {
                    let (told, pause, refusal) = try await estimate(migration, target, context)
                    if let refusal { throw refusal }
                    context.output.message("note: \(told)")
                    for note in await idleLimits(within: pause, context) { context.output.message("note: \(note)") }
                }
            }
            try await Confirmation(context.settings).confirm(chosen.map(\.source.shownName), for: arguments)
            var outcome = try await context.oneByOne(chosen, of: arguments) { migration in
                let site = try await context.site(of: migration, target, limits)
                do {
                    let back = MigrationUndo(site)
                    var outcome = try await undo(migration, back, isInPlace: target.isInPlace)
                    if let told = back.toldSequences { outcome.text.append("\(migration.source.shownName): \(told)") }
                    await site.close()
                    // It tells what is so, and has no say in what was done.
                    outcome.text += (try? await target.toldKeptRows(of: [migration], isUndone: true)) ?? []
                    return outcome
                } catch {
                    await site.close()
                    throw error
                }
            }
            outcome.tellsText = true
            // It ended in the midst of them.
            guard outcome.status == .done else { return outcome }
            do {
                _ = try await context.endMigrations(on: target)
            } catch {
                throw Failure(thrown: error).behind(outcome)
            }
            return outcome
        }
    }

    private func undo(
        _ migration: Migration, _ undo: MigrationUndo, isInPlace: Bool
    ) async throws -> Outcome {
        let name = migration.source.shownName
        if try await undo.goOn() {
            return outcome(
                migration, .undone, "\(name) is the distributed table again: the undo that was stopped is done")
        }
        if !migration.unrefreshed.isEmpty {
            let failures = await undo.refreshApart()
            var outcome = outcome(
                migration, .undone,
                "\(name) is the distributed table again: \(failures.isEmpty ? "the undo that was stopped is done" : "its continuous aggregates are not refreshed")"
            )
            fail(&outcome, failures, migration)
            return outcome
        }
        var isCutOver = migration.state == .cutOver
        if !isCutOver { isCutOver = try await undo.isCutOver() }
        if !isCutOver {
            // Killed behind its COMMIT, the same command is not to drop what took hours to copy; but nothing has written there by then.
            let losesRows = newRows == .lose ? try await undo.hasAddedRows() : false
            if newRows != .refuse, !losesRows {
                return outcome(
                    migration, .unchanged,
                    "\(name) is the distributed table; 'migrate undo \(Quoting.word(name))' drops the copy")
            }
            return outcome(
                migration, .forgotten, "\(name): \(Self.told(try await undo.forget(losingRows: losesRows), migration))")
        }
        // Looked at beforehand, as nobody has to wait for what is then refused.
        if newRows == .refuse { try undo.refuse(try await undo.written()) }
        let (written, pause) = try await undo.run(newRows)
        var outcome = outcome(
            migration, .undone, "\(name) is the distributed table again: writers waited \(pause.inSeconds)",
            waiting: pause)
        guard !written.isEmpty else { return outcome }
        if newRows == .copyBack { fail(&outcome, await undo.refreshApart(), migration) }
        outcome.text += told(written, migration, isInPlace: isInPlace).map { "\(name): \($0)" }
        return outcome
    }

    /// - Parameter errors: of what makes the continuous aggregates anew.
    private func fail(_ outcome: inout Outcome, _ errors: [ClusterError], _ migration: Migration) {
        guard let first = errors.first else { return }
        outcome.failures = errors.map { Failure($0) }
        outcome.status = .partial
        // Of an interrupt nothing else is told.
        if first.kind == .interrupted {
            let left = ClusterError(unrefreshed: migration.source)
            outcome.text.append("\(left.message): \(left.remedy ?? "")")
        }
    }

    /// What became of what was written since.
    private func told(_ written: WrittenSince, _ migration: Migration, isInPlace: Bool) -> [String] {
        let chunks = written.chunks.count.counted("chunk")
        let aggregates = written.aggregates
        if newRows == .copyBack {
            return [
                "\(chunks) copied back, with \(written.rows.counted("row")) where it had \(written.oldRows), compared"
            ]
                + aggregates.map { "\($0.new.name.shownName) has back \($0.told)" }
        }
        let place = isInPlace ? "" : " on the target"
        let lost = written.onlyHere + written.otherwiseThere
        return [
            "what was written since\(lost > 0 ? ", and what the old table has lost (\(lost.counted("chunk")))," : "") is in \(migration.target.shownName)\(place), in \(chunks), and stays there; the migration is forgotten"
        ]
            + aggregates.map {
                let kept = isInPlace ? Migration.new(of: $0.new.name) : $0.new.name
                return "\(kept.shownName)\(place) keeps \($0.told)"
            }
    }

    /// What became of a copy and of its name.
    private static func told(_ new: NewTable, _ migration: Migration) -> String {
        if new.isMade { return "the copy is dropped and the migration forgotten; the table is as it was" }
        let target = migration.target.shownName
        return new.isThere
            ? "\(target), which bears the copy's name, is not the table that the migration has made, and stays; the migration is forgotten; the table is as it was"
            : "the copy \(target) was gone already; the migration is forgotten; the table is as it was"
    }

    private func outcome(
        _ migration: Migration, _ state: State, _ told: String, waiting pause: Duration? = nil
    ) -> Outcome {
        let row: [Value] = [
            .text(migration.source.shownName), pause.map { .number(JSON.rounded($0.milliseconds)) } ?? .null,
            .text(state.rawValue),
        ]
        return Outcome(
            table: Table(columns: Self.columns, rows: [row]), text: [told], changed: state != .unchanged)
    }

    /// What copying back would cost those that write, from a look while they go on.
    ///
    /// - Returns: that, how long they would wait, and a refusal where that is longer than they may.
    private func estimate(
        _ migration: Migration, _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> (told: String, pause: Duration, refusal: Failure?) {
        let site = try await context.site(of: migration, target, limits)
        let (written, pause): (WrittenSince, Duration)
        do {
            let undo = MigrationUndo(site)
            written = try await undo.written()
            pause = try undo.pauseOfCopyingBack(written)
            await site.close()
        } catch {
            await site.close()
            throw error
        }
        let name = migration.source.shownName
        guard !written.isEmpty else { return ("\(name): nothing was written since the cut-over", .zero, nil) }
        let told =
            "\(name): to copy back \(written.chunks.count.counted("chunk")) with \(written.rows.counted("row")), those that write wait about \(pause.inSeconds)"
        guard pause > limits.maxPause else { return (told, pause, nil) }
        let command = "migrate undo \(Quoting.word(name))"
        return (
            told, pause,
            Failure(
                "\(told), longer than --max-pause allows (\(limits.maxPause.inSeconds)): nothing was done",
                remedy:
                    "'\(command) --copy-back --max-pause \(Self.allowance(for: pause))s' lets them wait that long; '\(command) --lose-new-rows' leaves what was written in \(migration.target.shownName)"
            )
        )
    }

    /// What may end the access node's sessions on nodes before rows are copied back: one that has its part waits for the others,
    /// in a transaction.
    ///
    /// - Parameter pause: how long copying back takes, as it was estimated.
    private func idleLimits(within pause: Duration, _ context: CommandContext) async -> [String] {
        // It may take some times as long.
        let longest = Int(max(pause, .seconds(5)) / .milliseconds(1)) * 4
        let cluster = context.cluster.quiet.limitedForQuestion()
        guard let nodes = try? await cluster.nodes().filter(\.isAvailable) else { return [] }
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.limits(onNode: node.name)
        }
        return answers.flatMap { answer in
            (answer.value ?? []).filter { limit in
                limit.name == "idle_in_transaction_session_timeout" && (limit.milliseconds ?? 0) < longest
            }.map { limit in
                let node = answer.item.name
                return
                    "\(node): \(limit.text): it may end the access node's session there before all is copied back, which undoes it: "
                    + limit.remedy(on: node)
            }
        }
    }

    /// In seconds, with room for what an estimate does not know.
    private static func allowance(for pause: Duration) -> Int { (Int(pause / .seconds(1)) * 3 / 2 / 10 + 1) * 10 }

    private func preview(
        _ chosen: [Migration], _ target: MigrationTarget, _ context: CommandContext
    ) async throws -> Outcome {
        var (items, lines): ([Proposal.Item], [String]) = ([], [])
        var refusals: [Failure] = []
        for migration in chosen {
            if newRows == .copyBack, target.isInPlace, migration.state == .cutOver {
                let (told, pause, refusal) = try await estimate(migration, target, context)
                lines.append(told)
                if refusal == nil { lines += await idleLimits(within: pause, context) }
                if let refusal { refusals.append(refusal) }
            }
            guard refusals.isEmpty else { continue }
            let site = try await context.site(of: migration, target, limits)
            do {
                items += try await MigrationUndo(site).preview(newRows).map { isOnTarget, plan in
                    var item = Proposal.Item(name: migration.source.shownName, plan, done: "")
                    item.shownPlace = isOnTarget ? target.node : nil
                    return item
                }
                await site.close()
            } catch {
                await site.close()
                throw error
            }
        }
        // Where one is refused, none is done.
        var outcome = Proposal(refusals.isEmpty ? items : []).preview(context.output)
        outcome.text = lines.map { "-- \(printable($0))" } + outcome.text
        outcome.remarks += lines
        outcome.failures = refusals
        if !refusals.isEmpty { outcome.status = .failed }
        return outcome
    }
}
