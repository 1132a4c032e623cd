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
            password is rotated by it: one SCRAM verifier, the same for every node; user mappings that hold the role's \
            password are changed in the same transaction, and a line of the access node's passfile that does is told. \
            Afterwards the access node is asked whether it gets in as the role: where not, the change stands, and the status \
            is 4. On data nodes every role can log in, whatever is asked for. What is not named stays as it is.
            """,
        examples: [
            "role alter app --everywhere --password-env NEW_PASSWORD",
            "role alter app --everywhere --no-createdb --in-role readers",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        var outcome = try await carryOut(context)
        guard outcome.changed, PasswordOptions.areGiven(in: arguments) else { return outcome }
        let mappings = try await context.cluster.userMappings()
        for (role, nodes) in try await visitors(context, mappings) {
            let failures = try await context.turnedAway(nodes, as: role) { node in
                ReachCheck.wayIn(node, as: role, login: mappings.name(of: role, on: node.name) ?? role)
            }
            outcome.add(turnedAway: failures)
        }
        return outcome
    }

    /// Which roles go to nodes as the changed ones, by name.
    private func visitors(
        _ context: CommandContext, _ mappings: UserMappings
    ) async throws -> [(role: String, nodes: [DataNode])] {
        let nodes = try RoleScopeOptions.meant(
            arguments, among: try await RoleScopeOptions.nodes(arguments, context))
        if nodes.isEmpty { return [] }
        var users: [String: Set<String>] = [:]
        for row in try await context.cluster.send(NodeUsers.list).records where row["askable"] != "f" {
            guard let role = row["role"].flatMap({ $0 }), let node = row["node"].flatMap({ $0 }) else { continue }
            users[role, default: []].insert(node)
        }
        users[try await context.cluster.capabilities().user] = Set(nodes.map(\.name))
        let changed = Set(arguments[Self.names].map(\.text))
        return users.sorted { $0.key < $1.key }.compactMap { role, used in
            let visited = nodes.filter { node in
                used.contains(node.name) && mappings.name(of: role, on: node.name).map(changed.contains) ?? false
            }
            return visited.isEmpty ? nil : (role, visited)
        }
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        // The person is asked first, because a dead node may take a while to be noticed.
        let password = try await context.password(arguments) { password in
            try await proposal(context, password)
        }
        let proposed = try await proposal(context, password)
        if let password, !proposed.items.isEmpty { try await tellWhatHoldsThePassword(context, new: password) }
        return proposed
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
        let meant = try RoleScopeOptions.meant(arguments, among: nodes)
        let mappings = password == nil || meant.isEmpty ? UserMappings() : try await context.cluster.userMappings()
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
            let holding = mappings.holding(passwordOf: name, on: Set(meant.map(\.name)))
            let plan = Roles.alter(
                try RoleName(name), attributes, memberOf: added, noLongerMemberOf: removed, grantNodes: grants,
                mappings: password.map { (holding, $0) }, in: scope, capabilities)
            let rest = holding.isEmpty ? "" : ", and its password in \(RolePassword.told(holding))"
            proposal.items.append(.init(name: name, plan, done: "role \(name) altered \(scope.text)\(rest)"))
        }
        proposal.changedNodes = nodes.filter { scope.nodes.contains($0.name) }
        return proposal
    }

    /// Says which places hold the old password that no transaction changes, or may hold it.
    private func tellWhatHoldsThePassword(_ context: CommandContext, new password: String) async throws {
        let nodes = try RoleScopeOptions.meant(
            arguments, among: try await RoleScopeOptions.nodes(arguments, context))
        if nodes.isEmpty { return }
        let names = arguments[Self.names].map(\.text)
        let mappings = try await context.cluster.userMappings()
        let hidden = mappings.entries.filter { entry in
            !entry.isVisible && nodes.contains { $0.name == entry.node }
        }
        let isSuperuser = try await context.cluster.capabilities().isSuperuser
        if !hidden.isEmpty, !isSuperuser {
            context.output.message(
                "note: \(RolePassword.told(hidden)) can't be seen as this role, and may hold the old password\n"
                    + "  help: 'role map' gives it the new one, as the owner of the nodes or a superuser")
        }
        let passfile = try await context.cluster.passfile()
        for name in names {
            guard let path = passfile.path, let file = passfile.file else {
                context.output.message(
                    "note: whether the access node's passfile holds the old password of \(name) can't be seen as this role: "
                        + "'role passfile \(Quoting.word(name))' tells a superuser")
                continue
            }
            let served = nodes.filter { node in
                // No line counts where a mapping has the password, unless another role goes there without one.
                let isMapped = mappings.effective(for: name, on: node.name)?.holdsPassword == true
                let isShared = mappings.entries.contains {
                    $0.node == node.name && $0.login == name && !$0.holdsPassword
                }
                return (!isMapped || isShared) && !(passfile.hasPasswords && file.has(password, for: name, on: node))
            }
            guard file.names(name, on: served) else { continue }
            context.output.message(
                "warning: \(path) on the access node holds the old password of \(name), by which the access node logs in\n"
                    + "  help: 'role passfile \(Quoting.word(name)) --write \(PasswordOptions.asGiven(in: arguments))' puts the new one "
                    + "there"
            )
        }
    }
}
