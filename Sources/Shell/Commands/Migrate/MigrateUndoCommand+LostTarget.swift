import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Rendering

/// The way back where the server is lost that the tables went to.
extension MigrateUndoCommand {
    /// The same command with what says that nothing of the other server is asked.
    static func withoutTarget(losingRows: Bool) -> String {
        "migrate undo all --without-target" + (losingRows ? " --lose-new-rows" : "")
    }

    func undoWithoutTarget(_ context: CommandContext) async throws -> Outcome {
        if let named = arguments[Self.tables].first(where: { $0.text != "all" }) {
            throw arguments.problem(
                "without its target all of a migration is taken back", at: named,
                help: "'\(Self.withoutTarget(losingRows: false))' is for all tables")
        }
        guard let target = try await context.cluster.migrationTarget() else { throw BegunMigrations.none }
        guard let conninfo = target.conninfo else {
            throw Failure(
                "the tables of this migration are on the access node: there is no target that could be lost",
                remedy: "migrate undo all")
        }
        let lost = await LostTarget(target, of: context.cluster, limits)
        do {
            let outcome = try await undo(lost, conninfo, context)
            await lost.close()
            await target.close()
            return outcome
        } catch {
            await lost.close()
            await target.close()
            throw error
        }
    }

    private func undo(_ lost: LostTarget, _ conninfo: String, _ context: CommandContext) async throws -> Outcome {
        try await lost.refuseWhereItIsThere()
        let cutOver = try await lost.tables().filter(\.isCutOver)
        let refusal = cutOver.isEmpty || newRows == .lose ? nil : Self.refusal(cutOver)
        if context.settings.dryRun {
            let outcome = Proposal([.init(try await lost.preview(), done: "")]).preview(context.output)
            return refusal.map { outcome.refused($0) } ?? outcome
        }
        if let refusal { throw refusal }
        let names = cutOver.compactMap { ($0.source ?? $0.here)?.shownName }
        try await Confirmation(context.settings).confirm(names.isEmpty ? ["all"] : names, for: arguments)
        let tables = try await context.ending { try await lost.run() }
        return Self.told(tables, conninfo)
    }

    private static func refusal(_ cutOver: [WayBack]) -> Failure {
        let names = cutOver.compactMap { ($0.source ?? $0.here)?.shownName }
        return Failure(
            "\(names.listed) \(names.count == 1 ? "is" : "are") cut over: what was written to the target since would be lost with it",
            status: .unconfirmed,
            remedy:
                "bring the target back; or '\(withoutTarget(losingRows: true))', where it is lost for good")
    }

    private static func told(_ tables: [WayBack], _ conninfo: String) -> Outcome {
        let back = tables.filter(\.isCutOver).compactMap(\.source)
        var outcome = Outcome(
            table: Table(
                columns: columns, rows: back.map { [.text($0.shownName), .null, .text(State.undone.rawValue)] }),
            text: back.map {
                "\($0.shownName) is the distributed table again, with what it had at the cut-over: what was written to the target since is not in it"
            }, changed: true)
        if tables.contains(where: { $0.isCutOver && $0.jobs == nil }) {
            outcome.text.append(
                "which jobs the cut-over had paused is not known: 'job list' tells, 'job resume' lets one go on")
        }
        outcome.text += [
            "the migration is forgotten here; \(conninfo) was not asked",
            "should it come back: its schema tscl_migrate and the tables of the migration are there still, and may be dropped there",
        ]
        outcome.tellsText = true
        return outcome
    }
}
