import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct MigratePlanCommand: Command {
    private static let promote = Option<Argument?>(
        "--promote", "NODE", .node, "Look at whether this data node can go on alone, with nothing copied")

    static let syntax = CommandSyntax(
        "migrate plan", group: .migration, "Look at what a migration of hypertables would take, meet and lose",
        operands: [MigrationChoice.tables], options: [MigrationChoice.to, promote],
        constraints: [.exclusive([promote, MigrationChoice.to])],
        details: """
            It only reads: the access node, the data nodes, and with --to the target. For each hypertable it tells its \
            chunks, rows and bytes, of one copy each, and a time; rows and time are estimated, the rows as they were last \
            analyzed. An error forbids the migration until it is mended. A warning is of what does not come along, or \
            becomes something else: 'migrate start' wants it accepted by the name that stands behind it. What comes along \
            is not told. The status is 5 when there is an error. --format script prints the statements that 'migrate \
            start' sends to the server that the tables are made on. With --promote it looks at whether a data node has all \
            chunks; --format script then prints what makes it a server of its own, to be run there by a superuser once \
            nobody writes any more.
            """,
        examples: [
            "migrate plan", "migrate plan metrics --to 'host=new.example.com dbname=metrics'",
            "migrate plan --promote dn1 --format script",
        ])

    static let columns: [Table.Column] = [
        "kind", "hypertable", "target", .integer("chunks"), .integer("rows"), .integer("bytes"), .integer("compressed"),
        .integer("replicas"), .number("minutes"), .state("severity"), "name", "where", "finding", "remedy",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        if let promote = arguments[Self.promote] { return try await promotion(of: promote, context) }
        let choice = try await MigrationChoice(arguments, context)
        let facts = try await context.cluster.migrationFacts(of: choice.fresh, to: choice.target)
        await choice.target.close()
        var outcome = Self.outcome(MigrationPlanReport(facts, begun: choice.told))
        if context.settings.format == .script {
            let statements = facts.preparation + facts.definitions.flatMap { facts.statements(for: $0) }
            outcome.script =
                (choice.target.conninfo.map { [ScriptLine.command("connect", [$0])] } ?? [])
                + statements.map { ScriptLine.sql($0.text) }
        }
        return outcome
    }

    private func promotion(of argument: Argument, _ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let tables = try await MigrationChoice.tables(arguments, context)
        let node = try NodeSelection(arguments, among: try await cluster.nodes()).node(argument)
        let target = MigrationTarget(inPlaceOf: cluster)
        let facts = try await cluster.migrationFacts(of: tables, to: target)
        await target.close()
        var outcome = Self.outcome(MigrationPlanReport(facts, NodePromotion(of: node.name, facts).findings))
        if context.settings.format == .script {
            let address = "host=\(node.host) port=\(node.port) dbname=\(node.database)"
            outcome.script =
                [ScriptLine.command("connect", [address])] + NodePromotion.statements.map { ScriptLine.sql($0.text) }
        }
        return outcome
    }

    private static func outcome(_ report: MigrationPlanReport) -> Outcome {
        let errors = report.errors.count
        var outcome = Outcome(table: report.table, text: report.text, status: errors == 0 ? .done : .notHealthy)
        if errors > 0 {
            outcome.complaint = "\(errors.counted("error")) \(errors == 1 ? "forbids" : "forbid") it, or some of it"
        }
        return outcome
    }
}
