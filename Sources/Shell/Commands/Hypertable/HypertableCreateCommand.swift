import ClusterAccess
import CommandLanguage
import MultiNode

struct HypertableCreateCommand: ChangingCommand {
    private static let tableName = Operand<Argument>("TABLE", .text, offering: .tables, check: TableName.problem)
    private static let timeColumn = Operand<Argument>("TIME_COLUMN", .text)
    private static let partitionBy = Option<Argument?>(
        "--partition-by", "COLUMN", .text, "Spread the chunks over the nodes by this column")
    private static let partitions = Option<Int?>(
        "--partitions", "N", 1...32767, default: "one for each node", "Into how many parts")
    private static let chunkInterval = Option<Argument?>(
        "--chunk-interval", "INTERVAL", .text, "How much time a chunk holds: '1 day', or a number")
    private static let replicationFactor = Option<Int?>(
        "--replication-factor", "N", 1...32767, "On how many nodes each chunk is")
    private static let on = Option<[Argument]>(
        "--on", "NODES", .nodes, default: "all that its owner may use", "Which nodes")
    private static let ifNotExists = Flag("--if-not-exists", "Leave a table that is a hypertable as it is")

    static let syntax = CommandSyntax(
        "hypertable create", group: .hypertables, "Make a table a hypertable distributed over data nodes",
        operands: [tableName, timeColumn],
        options: [partitionBy, partitions, chunkInterval, replicationFactor, on, ifNotExists],
        constraints: [.requires(partitions, partitionBy)], changes: true,
        details: """
            The table is there already, empty, as 'sql CREATE TABLE' makes it, and belongs to the role that runs this. \
            A unique index must have the time column and the one it is partitioned by. Nodes that the owner may not \
            use (USAGE; see 'role grant') are left out. With a replication factor of 1, TimescaleDB's default, a node \
            that is lost takes its chunks with it.
            """,
        examples: ["hypertable create metrics time --partition-by device --replication-factor 2"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let table = try TableName(arguments[Self.tableName].text)
        if arguments[Self.ifNotExists],
            try await context.cluster.hypertables().contains(where: { $0.table.isNamed(table) })
        {
            return Proposal([], unchanged: ["\(table) is a distributed hypertable"])
        }
        let nodes = arguments.has(Self.on) ? try await context.nodes(in: arguments[Self.on], of: arguments) : nil
        var hypertable = NewHypertable(table, timeColumn: arguments[Self.timeColumn].text)
        hypertable.partitionColumn = arguments[Self.partitionBy]?.text
        hypertable.partitions = arguments[Self.partitions]
        hypertable.chunkInterval = arguments[Self.chunkInterval].map { ChunkInterval($0.text) }
        hypertable.replicationFactor = arguments[Self.replicationFactor]
        hypertable.nodes = nodes?.map(\.name)
        hypertable.ifNotExists = arguments[Self.ifNotExists]
        let plan = Hypertables.create(hypertable, capabilities)
        var proposal = Proposal([.init(plan, done: "\(table) is a distributed hypertable")])
        // Which nodes TimescaleDB chooses by itself is not known before.
        proposal.changedNodes = nodes ?? []
        return proposal
    }
}
