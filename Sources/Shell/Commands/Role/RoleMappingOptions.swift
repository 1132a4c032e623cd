import ClusterAccess
import CommandLanguage
import MultiNode

/// What `role map` and `role unmap` take.
enum RoleMappingOptions {
    static let names = Operand<[Argument]>("NAMES|public", .role, keywords: ["public"], distinct: true)
    static let nodes = Option<[Argument]>("--on", "NODES", .nodes, required: true, "On which data nodes, or all")

    /// The roles that are named; each is one of the access node's, because a mapping is made there.
    static func grantees(_ arguments: Arguments, _ context: CommandContext) async throws -> [NodeGrants.Grantee] {
        let known = try await context.cluster.roles().map(\.name)
        return try arguments[names].map { argument in
            if argument.text.lowercased() == "public" { return .public }
            guard known.contains(argument.text) else { throw arguments.unknownRole(argument, among: known) }
            return .role(try RoleName(argument.text))
        }
    }

    /// Asks whether the access node gets in as the roles whose mappings have changed.
    static func askBehind(
        _ outcome: Outcome, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> Outcome {
        guard outcome.changed else { return outcome }
        var outcome = outcome
        context.output.message(
            "note: sessions of the access node that are open keep their connections to the nodes; for this one there is "
                + "'reconnect'")
        let nodes = try await context.nodes(in: arguments[nodes], of: arguments)
        let mappings = try await context.cluster.userMappings()
        for role in arguments[names].map(\.text) where role.lowercased() != "public" {
            let failures = try await context.turnedAway(nodes, as: role) { node in
                let login = mappings.name(of: role, on: node.name) ?? role
                return ReachCheck.wayIn(node, as: role, login: login)
            }
            outcome.add(turnedAway: failures)
        }
        return outcome
    }
}
