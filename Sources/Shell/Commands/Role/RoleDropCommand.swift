import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleDropCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .role, distinct: true)
    private static let ifExists = Flag("--if-exists", "Let a role that is not there be")

    static let syntax = CommandSyntax(
        "role drop", group: .roles, "Drop roles, on the access node alone or on data nodes too",
        operands: [names],
        options: RoleScopeOptions.all + [ifExists],
        constraints: [.exclusive(RoleScopeOptions.all)], changes: true,
        asks: .always,
        details: """
            With --everywhere it is one distributed transaction. PostgreSQL refuses to drop a role that owns something \
            or has privileges, on any of the servers: 'exec DROP OWNED BY app' on the data nodes and 'sql DROP OWNED \
            BY app' on the access node take these away first, with all that the role owns.
            """,
        examples: ["role drop app --everywhere", "role drop app --everywhere --if-exists --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await RoleScopeOptions.nodes(arguments, context)
        let ifExists = arguments[Self.ifExists]
        let places = ifExists ? try await RolePlaces(arguments, among: nodes, context) : nil
        let scope =
            if let places { places.scope } else {
                try await RoleScopeOptions.scope(arguments, among: nodes, context)
            }
        let grants = try await context.cluster.nodeGrants()
        // This comes before the confirmation, so that nobody has to confirm a mistyped name.
        if scope.accessNode, !ifExists, !context.settings.dryRun, !context.settings.assumeYes {
            let known = try await context.cluster.roles().map(\.name)
            let unknown = arguments[Self.names].first { !known.contains($0.text) }
            if let unknown { throw arguments.unknownRole(unknown, among: known) }
        }
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments[Self.names].map(\.text) {
            let scope = places?.having(name) ?? scope
            if !scope.accessNode, scope.nodes.isEmpty {
                proposal.unchanged.append("there is no role \(name)")
                continue
            }
            proposal.confirm.append(name)
            let plan = Roles.drop(
                try RoleName(name), ifExists: ifExists, revokeNodes: grants[name] ?? [], in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) dropped \(scope.text)"))
        }
        proposal.changedNodes = nodes.filter { scope.nodes.contains($0.name) }
        return proposal
    }
}
