import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct MigratePlanCommand: Command {
    static let syntax = CommandSyntax(
        "migrate plan", group: .migration, "Look at what a migration of hypertables would take, meet and lose",
        operands: [MigrationChoice.tables], options: [MigrationChoice.to],
        details: """
            It only reads: the access node, the data nodes, and with --to the target. For each hypertable it tells its \
            chunks, rows and bytes, of one copy each, and a time; rows and time are estimated, the rows as they were last \
            analyzed. An error forbids the migration until it is mended. A warning is of what does not come along, or \
            becomes something else: 'migrate start' wants it accepted by the name that stands behind it. What comes along \
            is not told. The status is 5 when there is an error. --format script prints the statements that 'migrate \
            start' sends to the server that the tables are made on.
            """,
        examples: [
            "migrate plan", "migrate plan metrics --to 'host=new.example.com dbname=metrics'",
            "migrate plan --format script",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let choice = try await MigrationChoice(arguments, context)
        let facts = try await context.cluster.migrationFacts(of: choice.fresh, to: choice.target)
        await choice.target.close()
        let report = MigrationReport(facts, begun: choice.told)
        var outcome = Outcome(
            table: report.table, text: report.text, status: report.errors.isEmpty ? .done : .notHealthy)
        if !report.errors.isEmpty {
            outcome.complaint = "\(report.errors.count.counted("error")) forbid it, or some of it"
        }
        if context.settings.format == .script {
            let statements = facts.preparation + facts.definitions.flatMap { facts.statements(for: $0) }
            outcome.script =
                (choice.target.conninfo.map { [ScriptLine.command("connect", [$0])] } ?? [])
                + statements.map { ScriptLine.sql($0.text) }
        }
        return outcome
    }
}
