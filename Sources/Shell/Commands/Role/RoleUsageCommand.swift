import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// `role grant` and `role revoke` are one thing in two directions.
protocol RoleUsageCommand: ChangingCommand, UncheckedCommand {
    static var grants: Bool { get }
}

extension RoleUsageCommand {
    static func describe(_ verb: String, _ summary: String, _ example: String) -> CommandSyntax {
        CommandSyntax(
            "role \(verb)", group: .roles, summary, operands: [OperandSyntax("NAMES|public", .role, .oneOrMore)],
            options: [OptionSyntax("--nodes", "NODES", .nodes, required: true, "Which data nodes, or all")],
            changes: true,
            details: """
                It is USAGE on the foreign servers of the access node, which making and using distributed hypertables \
                needs. Nodes that are added later are not in it: grant them then. public \
                stands for every role.
                """,
            examples: [example])
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let nodes = try await session.nodes(on: "--nodes", of: arguments).map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let names = arguments.operands("NAMES|public").map(\.text)
        let grantees = try names.map { name throws(Failure) -> NodeGrants.Grantee in
            name.lowercased() == "public" ? .public : .role(try Name.role(name))
        }
        let plan =
            Self.grants ? NodeGrants.grant(on: nodes, to: grantees) : NodeGrants.revoke(on: nodes, from: grantees)
        let who = names.joined(separator: ", ")
        let what = nodes.joined(separator: ", ")
        return Proposal([.init(plan, done: Self.grants ? "\(who) may use \(what)" : "\(who) may not use \(what)")])
    }
}
