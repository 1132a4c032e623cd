import CommandLanguage
import MultiNode
import Postgres

struct RoleSyncCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role sync", group: .roles, "Make the data nodes' roles agree with the access node's",
        operands: [OperandSyntax("NAMES", .role, .zeroOrMore)], changes: true,
        details: """
            What 'role check' finds is mended, and nothing else: each role in one distributed transaction. Without \
            names, that is all roles that are on a data node or were granted the use of one; named, a role is created \
            wherever it is missing. A role that is created gets the access node's password, which only a superuser can \
            read; of a role that is there the password stays. Roles that only data nodes have are left alone.
            """,
        examples: ["role sync", "role sync app --dry-run"])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
    }

    static func mayRefuse(_ outline: CommandOutline) -> Bool { outline.operandCount > 1 }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let (connection, capabilities) = try await session.cluster()
        let survey = try await session.surveyRoles()
        let selected = try survey.select(arguments.operands("NAMES"), of: arguments)
        let roles = Roles.creationOrder(survey.withGroups(selected))
        var proposal = Proposal([], concernsNodes: false)
        for role in roles {
            let differences = survey.differences(of: role)
            guard !differences.isEmpty else {
                let places = survey.failures.isEmpty ? "" : " on the nodes that answered"
                proposal.unchanged.append("role \(role.name) agrees\(places)")
                continue
            }
            var verifier: String?
            if differences.contains(where: { $0.kind == .missing }), capabilities.isSuperuser {
                let query = DatabaseRole.verifier(of: try Name.role(role.name))
                verifier = try await session.send(query, on: connection).rows.first?.first.flatMap { $0 }
            }
            if let verifier { session.hide(verifier) }
            let usage = differences.filter { $0.kind == .usage }.map(\.node)
            let plan = try session.plan { () throws(MultiNodeError) in
                try Roles.sync(
                    role, verifier: verifier, with: survey.servers.map { ($0.node, $0.roles[role.name]) },
                    grantNodes: usage, capabilities)
            }
            let places = Set(differences.map(\.node)).sorted().joined(separator: ", ")
            proposal.items.append(.init(name: role.name, plan, done: "role \(role.name) agrees now on \(places)"))
        }
        if arguments.operands("NAMES").isEmpty, !survey.localRoles.isEmpty {
            let names = survey.localRoles.map(\.name).joined(separator: ", ")
            proposal.unchanged.append("on the access node alone, and left so unless named: \(names)")
        }
        proposal.failures = survey.failures
        return proposal
    }
}
