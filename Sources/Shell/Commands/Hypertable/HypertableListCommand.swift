import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct HypertableListCommand: Command {
    static let syntax = CommandSyntax(
        "hypertable list", group: .hypertables, "List the distributed hypertables",
        details: "--format script prints the commands that make these hypertables, their tables among them.",
        examples: ["hypertable list", "hypertable list --format json"])

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let hypertables = try await context.cluster.hypertables()
        let columns: [Table.Column] = [
            .init("hypertable"), .init("time_column"), .init("dimensions", .right), .init("chunks", .right),
            .init("replication_factor", .right), .init("data_nodes"),
        ]
        var outcome = Outcome(
            table: Table(
                columns: columns,
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
