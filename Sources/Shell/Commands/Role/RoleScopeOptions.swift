import ClusterAccess
import CommandLanguage
import MultiNode

/// The options for where a role command works: on the access node alone, everywhere, or on some data nodes.
enum RoleScopeOptions {
    private static let everywhere = Flag(
        "--everywhere", "On the access node and all data nodes, in one distributed transaction")
    private static let on = Option<[Argument]>("--on", "NODES", .nodes, "On these data nodes only")

    static let all: [any OptionKey] = [everywhere, on]

    /// The options as they were given, for a command that is advised.
    static func words(_ arguments: Arguments) -> [String] {
        if arguments[everywhere] { return [everywhere.syntax.name] }
        return arguments.has(on) ? [on.syntax.name] + arguments[on].map { Quoting.word($0.text) } : []
    }

    /// The data nodes of the cluster, read once for all options that name some; none if no option does.
    static func nodes(_ arguments: Arguments, _ context: CommandContext) async throws -> [DataNode] {
        let areNamed = arguments[everywhere] || arguments.has(on) || arguments.has(RoleAttributeOptions.grantNodes)
        return areNamed ? try await context.cluster.knownNodes() : []
    }

    /// The data nodes that are meant, on whichever servers they are.
    ///
    /// - Parameter nodes: those of the cluster.
    static func meant(_ arguments: Arguments, among nodes: [DataNode]) throws(Diagnostic) -> [DataNode] {
        if arguments[everywhere] { return nodes }
        return arguments.has(on) ? try NodeSelection(arguments, among: nodes).list(arguments[on]) : []
    }

    /// - Parameters:
    ///   - nodes: those of the cluster.
    ///   - servers: asks nodes which servers they are on; nil for one that does not tell.
    static func scope(
        _ arguments: Arguments, among nodes: [DataNode], _ context: CommandContext,
        servers: ([DataNode]) async -> [(node: DataNode, server: ServerIdentity?)]
    ) async throws -> Roles.Scope {
        let isEverywhere = arguments[everywhere]
        guard isEverywhere || arguments.has(on) else { return .accessNode }
        let selected = try NodeSelection(arguments, among: nodes).list(arguments[on])
        let own = isEverywhere ? try await context.cluster.capabilities().server : nil
        let choice = ServerChoice(
            await context.cluster.completing(await servers(selected), besides: own), without: own)
        for sharing in choice.shared {
            context.output.message("note: \(sharing.node) shares the server of \(sharing.other), and so its roles")
        }
        let names = choice.nodes.map(\.name)
        return isEverywhere ? .everywhere(names) : .nodes(names)
    }

    /// - Parameter nodes: those of the cluster.
    static func scope(
        _ arguments: Arguments, among nodes: [DataNode], _ context: CommandContext
    ) async throws -> Roles.Scope {
        try await scope(arguments, among: nodes, context) { await context.cluster.servers(of: $0) }
    }
}

extension Roles.Scope {
    var text: String {
        let places = (accessNode ? ["the access node"] : []) + (nodes.isEmpty ? [] : [nodes.listed])
        return "on " + places.joined(separator: " and ")
    }
}
