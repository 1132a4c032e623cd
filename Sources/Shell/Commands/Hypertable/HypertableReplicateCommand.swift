import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct HypertableReplicateCommand: ChangingCommand, TableCommand {
    static let syntax = CommandSyntax(
        "hypertable replicate", group: .hypertables, "Set on how many nodes new chunks are kept",
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
