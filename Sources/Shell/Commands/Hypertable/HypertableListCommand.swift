import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct HypertableListCommand: Command {
    static let syntax = CommandSyntax(
        "hypertable list", group: .hypertables, "List the distributed hypertables",
        details: "--format script prints the commands that make these hypertables, their tables among them.",
        examples: ["hypertable list", "hypertable list --format json"])

    static let columns: [Table.Column] = [
        "hypertable", "time_column", .integer("dimensions"), .integer("chunks"), .integer("replication_factor"),
        .array("data_nodes"),
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let hypertables = try await context.cluster.hypertables()
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: hypertables.map { table in
                    [
                        .text(table.table.shownName), .text(table.timeColumn), .integer(Int64(table.dimensions)),
                        .integer(Int64(table.chunks)), .integer(Int64(table.replicationFactor)),
                        .array(table.nodes.map { .text($0) }),
                    ]
                }))
        if context.settings.format == .script {
            outcome.script = try await ScriptSources(context.cluster).script(of: hypertables)
        }
        return outcome
    }
}
