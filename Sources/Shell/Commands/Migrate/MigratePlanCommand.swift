import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct MigratePlanCommand: Command {
    static let syntax = CommandSyntax(
        "migrate plan", group: .migration, "Look at what a migration of hypertables would take, meet and lose",
        operands: [MigrationChoice.tables], options: [MigrationChoice.to, MigrationChoice.promote],
        constraints: [.exclusive([MigrationChoice.promote, MigrationChoice.to])],
        details: """
            It only reads: the access node, the data nodes, and with --to the target. For each hypertable it tells its \
            chunks, rows and bytes, of one copy each, and a time; rows and time are estimated, the rows as they were last \
            analyzed, the time by how fast a part of the largest chunk is read, for two seconds at most, where that \
            can be. 'pause_ms' is for how long the cut-over would keep writers waiting: about, as it takes the newest chunks for \
            those that are written to; once the chunks are copied, 'migrate status' knows more. An error forbids the migration until it is mended. A warning is of what does not come along, or \
            becomes something else: 'migrate start' wants it accepted by the name that stands behind it. What comes along \
            is not told. The status is 5 when there is an error. --format script prints the statements that 'migrate \
            start' sends to the server that the tables are made on. With --promote it looks at whether a data node has all \
            chunks; --format script then prints what makes it a server of its own, which 'migrate start --promote' does.
            """,
        examples: [
            "migrate plan", "migrate plan metrics --to 'host=new.example.com dbname=metrics'",
            "migrate plan --promote dn1 --format script",
        ])

    static let columns: [Table.Column] = [
        "kind", "hypertable", "target", .integer("chunks"), .integer("rows"), .integer("bytes"), .integer("compressed"),
        .integer("replicas"), .number("minutes"), .state("severity"), "name", "where", "finding", "remedy",
        .integer("pause_ms"),
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        if let promote = arguments[MigrationChoice.promote] { return try await promotion(of: promote, context) }
        let choice = try await MigrationChoice(arguments, context)
        var facts = try await context.migrationFacts(of: choice.fresh, to: choice.target)
        facts.pace = try await context.cluster.migrationPace(facts)
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
        if let record = try await context.promotion() {
            throw Failure("\(record.node) is promoted, or is being", remedy: "migrate status")
        }
        let (facts, promotion) = try await context.examine(node, tables)
        var outcome = Self.outcome(MigrationPlanReport(facts, promotion.findings))
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
        outcome.keepsLineEnds = true
        if errors > 0 {
            outcome.complaint = "\(errors.counted("error")) \(errors == 1 ? "forbids" : "forbid") it, or some of it"
        }
        return outcome
    }
}
