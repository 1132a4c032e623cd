import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RoleCreateCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role create", group: .roles, "Create roles, on the access node alone or on data nodes too",
        operands: [OperandSyntax("NAMES", .newName, .oneOrMore)],
        options: RoleScopeOptions.all + RoleAttributeOptions.giving + PasswordOptions.all + [
            OptionSyntax("--grant-nodes", "NODES", .nodes, "It may use these data nodes (USAGE on their servers)"),
            OptionSyntax("--if-not-exists", "Leave a role that is there as it is"),
        ], changes: true,
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
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
        try RoleScopeOptions.check(arguments)
        try PasswordOptions.check(arguments)
    }

    static func mayRefuse(_ outline: CommandOutline) -> Bool {
        outline.operandCount > 1 || outline.hasSeveral(of: scopeBits) || outline.hasSeveral(of: passwordBits)
    }

    private static let scopeBits = syntax.bits(of: RoleScopeOptions.all)
    private static let passwordBits = syntax.bits(of: PasswordOptions.all)

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let scope = try await RoleScopeOptions.scope(arguments, in: session)
        let password = try await PasswordOptions.password(arguments, in: session)
        let grants = try await RoleAttributeOptions.grantedNodes(arguments, in: session)
        let roles = try RoleAttributeOptions.roles("--in-role", of: arguments)
        let holders = arguments.has("--if-not-exists") ? try await session.roleHolders(scope) : []
        var proposal = Proposal([], concernsNodes: false)
        for name in arguments.operands("NAMES").map(\.text) {
            let having = holders.filter { $0.roles.contains(name) }
            if !having.isEmpty {
                let lacking = holders.filter { !$0.roles.contains(name) }.map(\.place)
                guard lacking.isEmpty else {
                    throw Failure(
                        arguments.problem(
                            "role \(name) exists on \(having.map(\.place).joined(separator: ", ")) and not on "
                                + lacking.joined(separator: ", "), help: "'role list' shows where the roles are"))
                }
                proposal.unchanged.append("role \(name) exists")
                continue
            }
            var attributes = RoleAttributeOptions.attributes(arguments)
            if let password { attributes.verifier = try await session.verifier(password, user: name) }
            let plan = Roles.create(
                try Name.role(name), attributes, memberOf: roles, grantNodes: grants, in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) created \(scope.text)"))
        }
        return proposal
    }
}
