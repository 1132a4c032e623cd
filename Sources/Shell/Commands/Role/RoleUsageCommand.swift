import CommandLanguage
import MultiNode

/// `role grant` and `role revoke`, which differ only in direction.
protocol RoleUsageCommand: ChangingCommand {
    static var grants: Bool { get }
}

extension RoleUsageCommand {
    static func describe(_ verb: String, _ summary: String, _ example: String) -> CommandSyntax {
        CommandSyntax(
            "role \(verb)", group: .roles, summary, operands: [RoleUsage.names],
            options: [RoleUsage.nodes],
            changes: true,
            details: """
                It is USAGE on the foreign servers of the access node, which making and using distributed hypertables \
                needs. Nodes that are added later are not in it: grant them then. public \
                stands for every role.
                """,
            examples: [example])
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let nodes = try await context.nodes(in: arguments[RoleUsage.nodes], of: arguments).map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let names = arguments[RoleUsage.names].map(\.text)
        let grantees = try names.map { name throws(MultiNodeError) -> NodeGrants.Grantee in
            name.lowercased() == "public" ? .public : .role(try RoleName(name))
        }
        let plan =
            Self.grants ? NodeGrants.grant(on: nodes, to: grantees) : NodeGrants.revoke(on: nodes, from: grantees)
        let who = names.joined(separator: ", ")
        let what = nodes.joined(separator: ", ")
        return Proposal([.init(plan, done: Self.grants ? "\(who) may use \(what)" : "\(who) may not use \(what)")])
    }
}

/// The arguments that both take.
private enum RoleUsage {
    static let names = Operand<[Argument]>("NAMES|public", .role, keywords: ["public"])
    static let nodes = Option<[Argument]>("--nodes", "NODES", .nodes, required: true, "Which data nodes, or all")
}
