import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleMapCommand: ChangingCommand {
    private static let login = Option<Argument?>(
        "--as", "ROLE", .role, required: true, "The role that it is on the data nodes")

    static let syntax = CommandSyntax(
        "role map", group: .roles, "Let the access node go to data nodes as another role, or with a password",
        operands: [RoleMappingOptions.names],
        options: [RoleMappingOptions.nodes, login] + PasswordOptions.all,
        constraints: [.exclusive(PasswordOptions.all)], changes: true,
        details: """
            It is a user mapping of the access node's. Without one a role is the role of the same name on the data nodes, \
            with the password of timescaledb.passfile; public stands for every role that has none of its own. The \
            password is kept on the access node as it is, where superusers can read it, because the access node logs in \
            with it. A mapping that is there keeps its password where none is given, unless it leads to another role now. \
            Afterwards the access node is asked whether it gets in, for public as the role of the connection where that \
            has no mapping of its own: where it does not, the mapping is made and the status is 4.
            """,
        examples: [
            "role map app --on all --as app --password-env APP_PASSWORD", "role map reports --on dn{1,2} --as readonly",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        try await RoleMappingOptions.askBehind(try await carryOut(context), arguments, context)
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let password = try await context.password(arguments) { password in
            try await proposal(context, password, tells: false)
        }
        return try await proposal(context, password)
    }

    /// - Parameter tells: whether it says what else the mappings do.
    private func proposal(
        _ context: CommandContext, _ password: String?, tells: Bool = true
    ) async throws -> Proposal {
        let all = try await context.nodes(in: arguments[RoleMappingOptions.nodes], of: arguments)
        let nodes = all.map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let login = try RoleName(arguments[Self.login]?.text ?? "")
        let capabilities = try await context.cluster.capabilities()
        if password != nil, !capabilities.isSuperuser { try await context.tellOfServerLog(ofMappings: true) }
        let mappings = try await context.cluster.userMappings()
        var proposal = Proposal([], concernsNodes: false)
        let grantees = try await RoleMappingOptions.grantees(arguments, context)
        let names = grantees.map(\.name)
        if tells, names.contains(nil) {
            try await RoleMappingOptions.tellOfOthers(on: all, mappings, context) { role, node in
                names.contains(role) || mappings.entry(of: role, on: node) != nil ? nil : login.text
            }
        }
        for grantee in grantees {
            let changes = nodes.map { node in
                (node: node, statements: mappings.mapping(grantee, on: node, as: login, givesPassword: password != nil))
            }
            func told(_ isChanged: Bool) -> String? {
                let those = changes.filter { $0.statements.isEmpty != isChanged }.map(\.node)
                return those.isEmpty ? nil : "\(grantee.shownName) is \(login) on \(those.listed)"
            }
            if let told = told(false) { proposal.unchanged.append(told) }
            guard let done = told(true) else { continue }
            proposal.items.append(
                .init(
                    name: grantee.shownName,
                    UserMappings.plan(changes.flatMap(\.statements), password: password, capabilities),
                    done: password == nil ? done : "\(done), with a password"))
        }
        return proposal
    }
}
