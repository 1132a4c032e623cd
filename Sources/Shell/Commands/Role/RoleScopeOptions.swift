import CommandLanguage
import MultiNode
import Postgres
import Rendering

/// Where a role command works: the access node alone, everywhere, or on some data nodes.
enum RoleScopeOptions {
    static let all = [
        OptionSyntax("--everywhere", "On the access node and all data nodes, in one distributed transaction"),
        OptionSyntax("--on", "NODES", .nodes, "On these data nodes only"),
    ]

    static func check(_ arguments: Arguments) throws(Diagnostic) {
        if arguments.has("--everywhere"), let on = arguments.invocation.option("--on") {
            throw Diagnostic(
                "--on and --everywhere exclude each other", at: on.span, in: arguments.invocation.source)
        }
    }

    static func scope(_ arguments: Arguments, in session: isolated Session) async throws(Failure) -> Roles.Scope {
        guard arguments.has("--everywhere") || arguments.has("--on") else { return .accessNode }
        let nodes = try await session.nodes(of: arguments)
        let everywhere = arguments.has("--everywhere")
        let names = try await session.onePerServer(nodes, withoutOwn: everywhere).map(\.name)
        return everywhere ? .everywhere(names) : .nodes(names)
    }
}

extension Roles.Scope {
    var text: String {
        let places = (accessNode ? ["the access node"] : []) + (nodes.isEmpty ? [] : [nodes.joined(separator: ", ")])
        return "on " + places.joined(separator: " and ")
    }
}
