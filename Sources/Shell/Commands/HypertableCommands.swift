import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HypertableListCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "hypertable list", "List the distributed hypertables",
        details: "--format script prints the commands that make these hypertables, their tables among them.",
        examples: ["hypertable list", "hypertable list --format json"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let hypertables = try await session.hypertables()
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
        if session.settings.format == .script { outcome.script = try await session.script(of: hypertables) }
        return outcome
    }
}

struct HypertableCreateCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "hypertable create", "Make a table a hypertable distributed over data nodes",
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

struct HypertableReplicateCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "hypertable replicate", "Set on how many nodes new chunks are kept",
        operands: [OperandSyntax("TABLE", .hypertable), OperandSyntax("N", .integer(1...32767))], changes: true,
        details: """
            Chunks that are there already keep the replicas that they have; 'check' counts those that are then too \
            few. The number can't be more than the nodes that are attached.
            """,
        examples: ["hypertable replicate metrics 2"])

    let arguments: Arguments
    private let table: TableName
    private let factor: Int
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        guard let name = arguments.operand("TABLE"), let factor = arguments.operand("N").flatMap({ Int($0.text) })
        else {
            throw arguments.problem("usage: \(Self.syntax.usage)")
        }
        table = try arguments.table(name)
        self.factor = factor
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let plan = Hypertables.setReplicationFactor(factor, of: table, capabilities)
        return Proposal([.init(plan, done: "\(table) keeps new chunks on \(factor) node\(factor == 1 ? "" : "s")")])
    }
}

extension Session {
    /// The distributed hypertables.
    func hypertables() async throws(Failure) -> [Hypertable] {
        let (connection, capabilities) = try await cluster()
        return try await send(Hypertable.list(capabilities), on: connection).records.map { Hypertable(row: $0) }
    }

    /// What an operation needs, or why this cluster can't do it.
    func plan(_ make: () throws(MultiNodeError) -> Plan) throws(Failure) -> Plan {
        do throws(MultiNodeError) {
            return try make()
        } catch {
            throw Failure(error.message, remedy: error.help)
        }
    }
}

extension TableName {
    /// As it is shown: without the schema that everybody means.
    var shownName: String { schema == "public" ? name : description }

    /// Whether a name that was written, perhaps without its schema, is this one's.
    func isNamed(_ other: TableName) -> Bool {
        name == other.name && (schema ?? "public") == (other.schema ?? "public")
    }
}
