import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RestorePointCreateCommand: ChangingCommand {
    private static let name = Operand<Argument>("NAME", .newName)

    static let syntax = CommandSyntax(
        "restore-point create", group: .recovery, "Mark a point that all servers can be recovered to",
        operands: [name], changes: true,
        details: """
            It needs a superuser, TimescaleDB 2.2 or later and wal_level replica or logical. Recovery of every server \
            to the point of this name (recovery_target_name) brings back a state that fits together.
            """,
        examples: ["restore-point create before-upgrade"])

    static let columns: [Table.Column] = ["node_name", "node_type", "restore_point"]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let plan = try RestorePoints.create(arguments[Self.name].text, try await context.cluster.capabilities())
        let item = Proposal.Item(
            .plan(plan) { results in
                var outcome = Outcome(table: results.last.map { Table($0) })
                outcome.changed = true
                return outcome
            })
        var proposal = Proposal([item], concernsNodes: false)
        proposal.changedNodes = try await context.cluster.nodes()
        return proposal
    }
}
