import CommandLanguage
import MultiNode
import Postgres

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
        let usage = try await NodeUsage(context.cluster)
        var proposal = Proposal([])
        for (nodes, grantees) in usage.changes(grants: Self.grants, on: nodes, grantees) {
            proposal.items.append(Self.item(nodes, grantees))
        }
        proposal.unchanged = usage.unchanged(grants: Self.grants, on: nodes, grantees)
        return proposal
    }

    /// The change of grants of these nodes, by one statement.
    private static func item(_ nodes: [String], _ grantees: [NodeGrants.Grantee]) -> Proposal.Item {
        let plan = grants ? NodeGrants.grant(on: nodes, to: grantees) : NodeGrants.revoke(on: nodes, from: grantees)
        let who = grantees.map(\.shownName).listed
        return Proposal.Item(
            .plan(plan) { results in
                let warnings = results.flatMap(\.warnings)
                let without = NodeGrants.withoutEffect(of: nodes, warnings.map { ($0.sqlstate, $0.message) })
                let done = Self.done(who, nodes.filter { !without.contains($0) })
                guard let warning = warnings.first, !without.isEmpty else { return Outcome(text: done, changed: true) }
                var failure = Failure(
                    "\(Self.grants ? "nothing was granted" : "nothing was revoked") on \(without.listed)",
                    status: done.isEmpty ? .failed : .partial,
                    remedy:
                        "the owner of the node, a superuser, or a role that has USAGE with the grant option may do it")
                failure.sqlstate = warning.sqlstate
                failure.detail = warning.message
                failure.done = done
                throw failure
            })
    }

    private static func done(_ who: String, _ nodes: [String]) -> [String] {
        if nodes.isEmpty { return [] }
        let what = nodes.listed
        return [Self.grants ? "\(who) may use \(what)" : "\(who) may not use \(what)"]
    }
}

/// The arguments that both take.
private enum RoleUsage {
    static let names = Operand<[Argument]>("NAMES|public", .role, keywords: ["public"])
    static let nodes = Option<[Argument]>("--nodes", "NODES", .nodes, required: true, "Which data nodes, or all")
}
