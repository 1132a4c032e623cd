import ClusterAccess
import CommandLanguage
import MultiNode

/// The options for where a role command works: on the access node alone, everywhere, or on some data nodes.
enum RoleScopeOptions {
    private static let everywhere = Flag(
        "--everywhere", "On the access node and all data nodes, in one distributed transaction")
    private static let on = Option<[Argument]>("--on", "NODES", .nodes, "On these data nodes only")

    static let all: [any OptionKey] = [everywhere, on]

    /// The data nodes of the cluster, read once for all options that name some; none if no option does.
    static func nodes(_ arguments: Arguments, _ context: CommandContext) async throws -> [DataNode] {
        let areNamed = arguments[everywhere] || arguments.has(on) || arguments.has(RoleAttributeOptions.grantNodes)
        return areNamed ? try await context.cluster.nodes() : []
    }

    /// - Parameter nodes: those of the cluster.
    static func scope(
        _ arguments: Arguments, among nodes: [DataNode], _ context: CommandContext
    ) async throws -> Roles.Scope {
        let isEverywhere = arguments[everywhere]
        guard isEverywhere || arguments.has(on) else { return .accessNode }
        let selected = try NodeSelection(arguments, among: nodes).list(arguments[on])
        let choice = try await context.cluster.onePerServer(selected, withoutOwn: isEverywhere)
        for sharing in choice.shared {
            context.output.message("note: \(sharing.node) shares the server of \(sharing.other), and so its roles")
        }
        let names = choice.nodes.map(\.name)
        return isEverywhere ? .everywhere(names) : .nodes(names)
    }
}

extension Roles.Scope {
    var text: String {
        let places = (accessNode ? ["the access node"] : []) + (nodes.isEmpty ? [] : [nodes.joined(separator: ", ")])
        return "on " + places.joined(separator: " and ")
    }
}
