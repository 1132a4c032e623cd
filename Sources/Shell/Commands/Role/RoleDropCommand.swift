import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RoleDropCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role drop", group: .roles, "Drop roles, on the access node alone or on data nodes too",
        operands: [OperandSyntax("NAMES", .role, .oneOrMore)],
        options: RoleScopeOptions.all + [OptionSyntax("--if-exists", "Let a role that is not there be")], changes: true,
        asks: .always,
        details: """
            With --everywhere it is one distributed transaction. PostgreSQL refuses to drop a role that owns something \
            or has privileges, on any of the servers: 'exec DROP OWNED BY app' on the data nodes and 'sql DROP OWNED \
            BY app' on the access node take these away first, with all that the role owns.
            """,
        examples: ["role drop app --everywhere", "role drop app --everywhere --if-exists --yes"])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
        try RoleScopeOptions.check(arguments)
    }

    static func mayRefuse(_ outline: CommandOutline) -> Bool {
        outline.operandCount > 1 || outline.hasSeveral(of: scopeBits)
    }

    private static let scopeBits = syntax.bits(of: RoleScopeOptions.all)

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let scope = try await RoleScopeOptions.scope(arguments, in: session)
        let names = arguments.operands("NAMES").map(\.text)
        let ifExists = arguments.has("--if-exists")
        let grants = try await session.nodeGrants()
        // Nobody is asked to confirm a name that is mistyped.
        if scope.accessNode, !ifExists, !session.settings.dryRun, !session.settings.assumeYes {
            try await session.requireRoles(arguments.operands("NAMES"), of: arguments)
        }
        var proposal = Proposal([], concernsNodes: false, confirm: names)
        for name in names {
            let plan = Roles.drop(
                try Name.role(name), ifExists: ifExists, revokeNodes: grants[name] ?? [], in: scope, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) dropped \(scope.text)"))
        }
        return proposal
    }
}
