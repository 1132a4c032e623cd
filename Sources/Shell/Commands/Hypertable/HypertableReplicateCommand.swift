import ClusterAccess
import CommandLanguage
import MultiNode

struct HypertableReplicateCommand: ChangingCommand {
    private static let tableName = Operand<Argument>("TABLE", .hypertable, check: TableName.problem)
    private static let count = Operand<Int>("N", 1...32767)

    static let syntax = CommandSyntax(
        "hypertable replicate", group: .hypertables, "Set on how many nodes new chunks are kept",
        operands: [tableName, count], changes: true,
        details: """
            Chunks that are there already keep the replicas that they have; 'hypertable repair' gives those that have then \
            too few the others. The number can't be more than the nodes that are attached.
            """,
        examples: ["hypertable replicate metrics 2"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let table = try TableName(arguments[Self.tableName].text)
        let factor = arguments[Self.count]
        let isSo = try await context.cluster.hypertables().contains {
            $0.table.isNamed(table) && $0.replicationFactor == factor
        }
        if isSo {
            return Proposal([], unchanged: ["\(table) keeps new chunks on \(factor.counted("node"))"])
        }
        let plan = Hypertables.setReplicationFactor(factor, of: table, capabilities)
        return Proposal([.init(plan, done: "\(table) keeps new chunks on \(factor.counted("node"))")])
    }
}
