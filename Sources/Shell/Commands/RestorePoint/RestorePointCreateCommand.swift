import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RestorePointCreateCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "restore-point create", group: .recovery, "Mark a point that all servers can be recovered to",
        operands: [OperandSyntax("NAME", .newName)], changes: true,
        details: """
            It needs a superuser, TimescaleDB 2.2 or later and wal_level replica or logical. Recovery of every server \
            to the point of this name (recovery_target_name) brings back a state that fits together.
            """,
        examples: ["restore-point create before-upgrade"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let (connection, capabilities) = try await session.cluster()
        let name = arguments.operand("NAME")?.text ?? ""
        let plan = try session.plan { () throws(MultiNodeError) in try RestorePoints.create(name, capabilities) }
        if session.settings.dryRun { return session.preview(Proposal([.init(plan, done: "")])) }
        var outcome = Outcome()
        for statement in plan.statements {
            outcome.table = Table(try await session.send(statement.sql, on: connection))
        }
        outcome.changed = true
        return outcome
    }
}
