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
        let user = try await context.cluster.capabilities().user
        let named = arguments[names].map(\.text)
        var ways = named.filter { $0.lowercased() != "public" }.map { (role: $0, nodes: nodes) }
        // What is everybody's is tried as the one role that is surely there.
        if ways.count < named.count, !named.contains(user) {
            ways.append((user, nodes.filter { mappings.entry(of: user, on: $0.name) == nil }))
        }
        for (role, nodes) in ways where !nodes.isEmpty {
            let failures = try await context.turnedAway(nodes, as: role) { node in
                let login = mappings.name(of: role, on: node.name) ?? role
                let isShared = mappings.isByPublic(role, on: node.name)
                return ReachCheck.wayIn(node, as: role, login: login, isShared: isShared)
            }
            outcome.add(turnedAway: failures)
        }
        return outcome
    }

    /// Says of the role of the session, and of those that own nodes, that the mapping of public makes them another role,
    /// with which they lose what they may do there.
    ///
    /// - Parameters:
    ///   - mappings: as they were.
    ///   - login: which role public's mapping will make of one; nil if that does not count for it.
    static func tellOfOthers(
        on nodes: [DataNode], _ mappings: UserMappings, _ context: CommandContext,
        becoming login: (_ role: String, _ node: String) -> String?
    ) async throws {
        let user = try await context.cluster.capabilities().user
        for role in Set(nodes.map(\.owner) + [user]).subtracting([""]).sorted() {
            let changed = nodes.map(\.name).compactMap { node in
                login(role, node).flatMap { $0 == role || $0 == mappings.name(of: role, on: node) ? nil : (node, $0) }
            }
            for (login, places) in Dictionary(grouping: changed, by: \.1).sorted(by: { $0.key < $1.key }) {
                let nodes = places.map(\.0)
                context.output.message(
                    "warning: \(role) has no user mapping of its own on \(nodes.listed), and is \(login) there by the one of "
                        + "public, with no other rights\n  help: 'role map \(Quoting.word(role)) --on "
                        + "\(Quoting.word(ScriptLine.nodes(nodes))) --as \(Quoting.word(role))' makes it itself there")
            }
        }
    }
}
