import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleAlterCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .role, distinct: true)
    private static let changing: [any OptionKey] =
        RoleAttributeOptions.changing + PasswordOptions.all + [RoleAttributeOptions.grantNodes]

    static let syntax = CommandSyntax(
        "role alter", group: .roles, "Change roles, on the access node alone or on data nodes too",
        operands: [names],
        options: RoleScopeOptions.all + changing,
        constraints: [.exclusive(RoleScopeOptions.all), .exclusive(PasswordOptions.all)]
            + RoleAttributeOptions.contraries + [
                .atLeastOne(
                    changing, message: "nothing to change is named", help: "'help role alter' lists what can be")
            ], changes: true,
        details: """
            With --everywhere the access node and all data nodes change in one distributed transaction, or none does. A \
            password is rotated by it: one SCRAM verifier, the same for every node. On data nodes every role can log in, \
            whatever is asked for. What is not named stays as it is.
            """,
        examples: [
            "role alter app --everywhere --password-env NEW_PASSWORD",
            "role alter app --everywhere --no-createdb --in-role readers",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        // The person is asked first, because a dead node may take a while to be noticed.
        let password = try await context.password(arguments) { password in
            try await proposal(context, password)
        }
        return try await proposal(context, password)
    }

    private func proposal(_ context: CommandContext, _ password: String?) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await RoleScopeOptions.nodes(arguments, context)
        let grants = try RoleAttributeOptions.grantedNodes(arguments, among: nodes)
        let places = try await RolePlaces(arguments, among: nodes, context)
        let scope = places.scope
        let usable = grants.isEmpty ? [:] : try await context.cluster.nodeGrants()
        let comparable = try await context.cluster.comparable(RoleAttributeOptions.attributes(arguments))
        let added = try RoleAttributeOptions.roles(arguments[RoleAttributeOptions.inRoleToo])
        let removed = try RoleAttributeOptions.roles(arguments[RoleAttributeOptions.notInRole])
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments[Self.names].map(\.text) {
            let shortfalls = places.shortfalls(of: name, comparable, memberOf: added, noLongerMemberOf: removed)
            // Whether a password is the same can't be told.
            if password == nil, shortfalls.allSatisfy({ $0.shortfall?.isEmpty == true }),
                Set(usable[name] ?? []).isSuperset(of: grants)
            {
                proposal.unchanged.append("role \(name) already matches \(scope.text)")
                continue
            }
            var attributes = RoleAttributeOptions.attributes(arguments)
            if let password { attributes.verifier = try await context.cluster.verifier(password, user: name) }
            let plan = Roles.alter(
                try RoleName(name), attributes, memberOf: added, noLongerMemberOf: removed, grantNodes: grants,
                in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) altered \(scope.text)"))
        }
        proposal.changedNodes = nodes.filter { scope.nodes.contains($0.name) }
        return proposal
    }
}
