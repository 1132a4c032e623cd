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
        let present =
            arguments[Self.ifNotExists]
            ? try await context.cluster.hypertables().first { $0.table.isNamed(table) } : nil
        let nodes = arguments.has(Self.on) ? try await context.nodes(in: arguments[Self.on], of: arguments) : nil
        var hypertable = NewHypertable(table, timeColumn: arguments[Self.timeColumn].text)
        hypertable.partitionColumn = arguments[Self.partitionBy]?.text
        hypertable.partitions = arguments[Self.partitions]
        hypertable.chunkInterval = arguments[Self.chunkInterval].map { ChunkInterval($0.text) }
        hypertable.replicationFactor = arguments[Self.replicationFactor]
        hypertable.nodes = nodes?.map(\.name)
        hypertable.ifNotExists = arguments[Self.ifNotExists]
        if let present { return Proposal([], unchanged: [try await tell(hypertable, present, context)]) }
        let plan = Hypertables.create(hypertable, capabilities)
        let item = Proposal.Item(
            .plan(plan) { results in
                // With if_not_exists the server passes over a hypertable of its own, which is not distributed.
                guard results.last?.records.first?["created"] != "f" else {
                    throw Failure(
                        "\(table) is a hypertable already, and not a distributed one",
                        remedy: "only a plain table that is empty can be made a distributed hypertable")
                }
                return Outcome(text: ["\(table) is a distributed hypertable"], changed: true)
            })
        var proposal = Proposal([item])
        // Which of them TimescaleDB chooses by itself is not known before.
        proposal.changedNodes = if let nodes { nodes } else { try await context.cluster.nodes().filter(\.isAvailable) }
        return proposal
    }

    /// Says of a hypertable that is there whether it is as the command names it.
    private func tell(_ wanted: NewHypertable, _ present: Hypertable, _ context: CommandContext) async throws -> String
    {
        var differences = wanted.differences(from: present)
        if let interval = wanted.chunkInterval, let listed = present.chunkInterval,
            try await context.cluster.send(interval.isSame(as: listed)).value == "f"
        {
            differences.append("chunk interval \(listed), not \(interval.text)")
        }
        let table = wanted.table
        if differences.isEmpty { return "\(table) is a distributed hypertable" }
        let told = "\(table) is a distributed hypertable; it differs: \(differences.joined(separator: "; "))"
        var remedies: [String] = []
        if let factor = wanted.replicationFactor, factor != present.replicationFactor {
            remedies.append("'hypertable replicate \(Quoting.word(table.description)) \(factor)'")
        }
        let lacking = (wanted.nodes ?? []).filter { !present.nodes.contains($0) }
        if !lacking.isEmpty {
            let nodes = lacking.map(Quoting.word).joined(separator: " ")
            remedies.append("'node attach \(nodes) --to \(Quoting.word(table.description))'")
        }
        let help: Message = remedies.isEmpty ? "" : "\n  help: for new chunks: \(remedies.joined(separator: ", "))"
        context.output.message("warning: \(table) differs from what is asked for, and is left as it is\(help)")
        return told
    }
}
