import ClusterAccess
import CommandLanguage
import MultiNode

/// The options for where a role command works: on the access node alone, everywhere, or on some data nodes.
enum RoleScopeOptions {
    private static let everywhere = Flag(
        "--everywhere", "On the access node and all data nodes, in one distributed transaction")
    private static let on = Option<[Argument]>("--on", "NODES", .nodes, "On these data nodes only")

    static let all: [any OptionKey] = [everywhere, on]

    static func scope(_ arguments: Arguments, _ context: CommandContext) async throws -> Roles.Scope {
        let isEverywhere = arguments[everywhere]
        guard isEverywhere || arguments.has(on) else { return .accessNode }
        let nodes = try await context.nodes(in: arguments[on], of: arguments)
        let names = try await context.cluster.onePerServer(nodes, withoutOwn: isEverywhere).map(\.name)
        return isEverywhere ? .everywhere(names) : .nodes(names)
    }
}

extension Roles.Scope {
    var text: String {
        let places = (accessNode ? ["the access node"] : []) + (nodes.isEmpty ? [] : [nodes.joined(separator: ", ")])
        return "on " + places.joined(separator: " and ")
    }
}
