import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleCreateCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .newName, distinct: true)
    private static let ifNotExists = Flag("--if-not-exists", "Leave a role that is there as it is")

    static let syntax = CommandSyntax(
        "role create", group: .roles, "Create roles, on the access node alone or on data nodes too",
        operands: [names],
        options: RoleScopeOptions.all + RoleAttributeOptions.giving + PasswordOptions.all
            + [RoleAttributeOptions.grantNodes, ifNotExists],
        constraints: [.exclusive(RoleScopeOptions.all), .exclusive(PasswordOptions.all)], changes: true,
        details: """
            With --everywhere the role is created on the access node and all data nodes in one distributed transaction: \
            when one refuses, it exists nowhere. Two data nodes on one server get it once. Of a password only its SCRAM \
            verifier leaves tscl, the same for every node.
            """,
        examples: [
            "role create app --everywhere --login --password-env APP_PASSWORD",
            "role create {ro,rw} --everywhere --grant-nodes all --if-not-exists",
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
        let scope = try await RoleScopeOptions.scope(arguments, among: nodes, context)
        let roles = try RoleAttributeOptions.roles(arguments[RoleAttributeOptions.inRole])
        let holders = arguments[Self.ifNotExists] ? try await holders(scope, among: nodes, context.cluster) : []
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments[Self.names].map(\.text) {
            let having = holders.filter { $0.roles.contains(name) }
            if !having.isEmpty {
                let lacking = holders.filter { !$0.roles.contains(name) }.map(\.place)
                guard lacking.isEmpty else {
                    throw arguments.problem(
                        "role \(name) exists on \(having.map(\.place).joined(separator: ", ")) and not on "
                            + lacking.joined(separator: ", "), help: "'role list' shows where the roles are")
                }
                proposal.unchanged.append("role \(name) exists")
                continue
            }
            var attributes = RoleAttributeOptions.attributes(arguments)
            if let password { attributes.verifier = try await context.cluster.verifier(password, user: name) }
            let plan = Roles.create(
                try RoleName(name), attributes, memberOf: roles, grantNodes: grants, in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) created \(scope.text)"))
        }
        proposal.changedNodes = nodes.filter { scope.nodes.contains($0.name) }
        return proposal
    }

    /// The roles that exist on each server of a scope.
    private func holders(
        _ scope: Roles.Scope, among nodes: [DataNode], _ cluster: Cluster
    ) async throws(ClusterError) -> [(place: String, roles: Set<String>)] {
        var holders: [(place: String, roles: Set<String>)] = []
        if scope.accessNode { holders.append(("the access node", Set(try await cluster.roles().map(\.name)))) }
        let concerned = nodes.filter { scope.nodes.contains($0.name) }
        for answer in await cluster.remoteRoles(on: concerned) {
            holders.append((answer.item.name, Set(try answer.result.get().roles.keys)))
        }
        return holders
    }
}
