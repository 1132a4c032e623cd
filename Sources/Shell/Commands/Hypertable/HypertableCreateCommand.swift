import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HypertableCreateCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "hypertable create", group: .hypertables, "Make a table a hypertable distributed over data nodes",
        operands: [OperandSyntax("TABLE", .text, offering: .tables), OperandSyntax("TIME_COLUMN", .text)],
        options: [
            OptionSyntax("--partition-by", "COLUMN", .text, "Spread the chunks over the nodes by this column"),
            OptionSyntax("--partitions", "N", .integer(1...32767), "Into how many parts (one for each node)"),
            OptionSyntax("--chunk-interval", "INTERVAL", .text, "How much time a chunk holds: '1 day', or a number"),
            OptionSyntax("--replication-factor", "N", .integer(1...32767), "On how many nodes each chunk is"),
            OptionSyntax("--on", "NODES", .nodes, "Which nodes (all that its owner may use)"),
            OptionSyntax("--if-not-exists", "Leave a table that is a hypertable as it is"),
        ], changes: true,
        details: """
            The table is there already, empty, as 'sql CREATE TABLE' makes it, and belongs to the role that runs this. \
            A unique index must have the time column and the one it is partitioned by. Nodes that the owner may not \
            use (USAGE; see 'role grant') are left out. With a replication factor of 1, TimescaleDB's default, a node \
            that is lost takes its chunks with it.
            """,
        examples: ["hypertable create metrics time --partition-by device --replication-factor 2"])

    let arguments: Arguments
    private let table: TableName
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        guard let name = arguments.operand("TABLE") else { throw arguments.problem("hypertable create needs TABLE") }
        table = try arguments.table(name)
        if arguments.has("--partitions"), !arguments.has("--partition-by") {
            throw arguments.problem("--partitions needs --partition-by")
        }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        if arguments.has("--if-not-exists"),
            try await session.hypertables().contains(where: { $0.table.isNamed(table) })
        {
            return Proposal([], unchanged: ["\(table) is a distributed hypertable"])
        }
        var nodes: [String]?
        if arguments.has("--on") { nodes = try await session.nodes(of: arguments).map(\.name) }
        var hypertable = NewHypertable(table, timeColumn: arguments.operand("TIME_COLUMN")?.text ?? "")
        hypertable.partitionColumn = arguments.value("--partition-by")?.text
        hypertable.partitions = arguments.integer("--partitions")
        hypertable.chunkInterval = arguments.value("--chunk-interval").map { ChunkInterval($0.text) }
        hypertable.replicationFactor = arguments.integer("--replication-factor")
        hypertable.nodes = nodes
        hypertable.ifNotExists = arguments.has("--if-not-exists")
        let plan = Hypertables.create(hypertable, capabilities)
        return Proposal([.init(plan, done: "\(table) is a distributed hypertable")])
    }
}
