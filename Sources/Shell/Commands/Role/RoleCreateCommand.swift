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

    var keepsLinks: Bool { true }

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
        let ifNotExists = arguments[Self.ifNotExists]
        let places = ifNotExists ? try await RolePlaces(arguments, among: nodes, context) : nil
        let scope =
            if let places { places.scope } else {
                try await RoleScopeOptions.scope(arguments, among: nodes, context)
            }
        let roles = try RoleAttributeOptions.roles(arguments[RoleAttributeOptions.inRole])
        let usable = grants.isEmpty || !ifNotExists ? [:] : try await context.cluster.nodeGrants()
        let comparable =
            ifNotExists ? try await context.cluster.comparable(RoleAttributeOptions.attributes(arguments)) : nil
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments[Self.names].map(\.text) {
            if let places, let comparable, try exists(name, in: places) {
                let shortfalls = places.shortfalls(of: name, comparable, memberOf: roles)
                let unusable = grants.filter { !(usable[name] ?? []).contains($0) }
                proposal.unchanged.append(tell(name, shortfalls, unusable, context.output))
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

    /// - Throws: if it is in some places and not in others.
    private func exists(_ name: String, in places: RolePlaces) throws -> Bool {
        var having: [String] = []
        var lacking: [String] = []
        for place in places.places {
            // The access node tells what an open transaction did everywhere.
            if place.mayHaveChanged, places.scope.accessNode { continue }
            if try place.roles.get()[name] == nil { lacking.append(place.name) } else { having.append(place.name) }
        }
        guard !having.isEmpty, !lacking.isEmpty else { return !having.isEmpty }
        throw arguments.problem(
            "role \(name) exists on \(having.listed) and not on \(lacking.listed)",
            help: "'role list' shows where the roles are")
    }

    /// Says of a role that is there whether it is as the command names it.
    ///
    /// - Parameter unusable: the nodes that it was to use, and may not.
    private func tell(
        _ name: String, _ shortfalls: [(place: RolePlaces.Place, shortfall: RoleShortfall?)], _ unusable: [String],
        _ output: Output
    ) -> String {
        // Places that differ alike are told together.
        var alike: [(text: String, places: [String])] = []
        for (place, shortfall) in shortfalls {
            guard let shortfall, !shortfall.isEmpty else { continue }
            if let index = alike.firstIndex(where: { $0.text == shortfall.text }) {
                alike[index].places.append(place.name)
            } else {
                alike.append((shortfall.text, [place.name]))
            }
        }
        var differences = alike.map { "\($0.text) on \($0.places.listed)" }
        if !unusable.isEmpty { differences.append("no USAGE of \(unusable.listed)") }
        guard !differences.isEmpty else { return "role \(name) exists" }
        let told = "role \(name) exists; it differs: \(differences.joined(separator: "; "))"
        let words =
            ["role", "alter", Quoting.word(name)] + RoleScopeOptions.words(arguments)
            + RoleAttributeOptions.words(arguments)
        output.message(
            "warning: role \(name) differs from what is asked for, and is left as it is\n  help: '\(words.joined(separator: " "))' makes it so"
        )
        return told
    }
}
