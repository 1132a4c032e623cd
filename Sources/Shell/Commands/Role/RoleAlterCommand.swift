import CommandLanguage
import MultiNode

struct RoleAlterCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role alter", group: .roles, "Change roles, on the access node alone or on data nodes too",
        operands: [OperandSyntax("NAMES", .role, .oneOrMore)],
        options: RoleScopeOptions.all + RoleAttributeOptions.changing + PasswordOptions.all + [
            OptionSyntax("--grant-nodes", "NODES", .nodes, "It may use these data nodes (USAGE on their servers)")
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
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
        try RoleScopeOptions.check(arguments)
        try RoleAttributeOptions.check(arguments)
        try PasswordOptions.check(arguments)
        let changing = RoleAttributeOptions.changing.map(\.name) + PasswordOptions.all.map(\.name) + ["--grant-nodes"]
        guard changing.contains(where: { arguments.invocation.option($0) != nil }) else {
            throw arguments.problem("nothing to change is named", help: "'help role alter' lists what can be")
        }
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let scope = try await RoleScopeOptions.scope(arguments, in: session)
        let password = try await PasswordOptions.password(arguments, in: session)
        let grants = try await RoleAttributeOptions.grantedNodes(arguments, in: session)
        let added = try RoleAttributeOptions.roles("--in-role", of: arguments)
        let removed = try RoleAttributeOptions.roles("--not-in-role", of: arguments)
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments.operands("NAMES").map(\.text) {
            var attributes = RoleAttributeOptions.attributes(arguments)
            if let password { attributes.verifier = try await session.verifier(password, user: name) }
            let plan = Roles.alter(
                try Name.role(name), attributes, memberOf: added, noLongerMemberOf: removed, grantNodes: grants,
                in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) altered \(scope.text)"))
        }
        return proposal
    }
}
