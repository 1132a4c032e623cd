import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleSyncCommand: ChangingCommand {
    private static let names = Operand<[Argument]>("NAMES", .role, .zeroOrMore, distinct: true)

    static let syntax = CommandSyntax(
        "role sync", group: .roles, "Make the data nodes' roles agree with the access node's",
        operands: [names], changes: true,
        details: """
            What 'role check' finds is mended, and nothing else: each role in one distributed transaction. Without \
            names, that is all roles that are on a data node or were granted the use of one; named, a role is created \
            wherever it is missing. A role that is created gets the access node's password, which only a superuser can \
            read; of a role that is there the password stays. Roles that only data nodes have are left alone, and so are \
            those that a user mapping leads to.
            """,
        examples: ["role sync", "role sync app --dry-run"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let cluster = context.cluster
        let capabilities = try await cluster.capabilities()
        let survey = try await cluster.surveyRoles(on: try await cluster.nodes())
        let selected = try survey.select(arguments[Self.names], of: arguments)
        let roles = Roles.creationOrder(survey.withGroups(selected))
        var proposal = Proposal([], concernsNodes: false)
        let compared = roles.map { (role: $0, differences: survey.differences(of: $0)) }
        let missing = compared.filter { $0.differences.contains { $0.kind == .missing && $0.mappedTo == nil } }
        let verifiers = try await verifiers(of: missing.map(\.role), context)
        for (role, differences) in compared {
            let left = Dictionary(grouping: differences.filter { $0.mappedTo != nil && $0.kind != .usage }) { $0.node }
            proposal.unchanged += left.sorted { $0.key < $1.key }.compactMap { node, those in
                those.first?.mappedTo.map {
                    "role \(role.name) is \($0) on \(node), by a user mapping, and differs: left so"
                }
            }
            let mendable = differences.filter { $0.mappedTo == nil }
            if mendable.isEmpty, !left.isEmpty { continue }
            guard !differences.isEmpty else {
                let places = survey.errors.isEmpty ? "" : " on the nodes that answered"
                proposal.unchanged.append("role \(role.name) agrees\(places)")
                continue
            }
            let usage = mendable.filter { $0.kind == .usage }.map(\.node)
            let plan = try Roles.sync(
                role, verifier: verifiers[role.name],
                with: survey.servers(with: role.name).map { ($0.node, $0.roles[role.name]) },
                grantNodes: usage, capabilities)
            let places = Set(mendable.map(\.node)).sorted().listed
            proposal.items.append(.init(name: role.name, plan, done: "role \(role.name) agrees now on \(places)"))
        }
        if arguments[Self.names].isEmpty, !survey.localRoles.isEmpty {
            let names = survey.localRoles.map(\.name).listed
            proposal.unchanged.append("on the access node alone, and left so unless named: \(names)")
        }
        let servers = Set(survey.servers.map(\.node))
        proposal.changedNodes = survey.answers.map(\.item).filter { servers.contains($0.name) }
        proposal.failures = survey.errors.map { Failure($0) }
        return proposal
    }

    /// What the access node stores of the roles' passwords, by role; nothing where the user may not read it.
    private func verifiers(of roles: [DatabaseRole], _ context: CommandContext) async throws -> [String: String] {
        guard !roles.isEmpty, try await context.cluster.capabilities().isSuperuser else { return [:] }
        let names = try roles.map { try RoleName($0.name) }
        let verifiers = DatabaseRole.verifiers(
            try await context.cluster.send(DatabaseRole.verifiers(of: names)).records)
        for verifier in verifiers.values { context.output.hide(verifier) }
        return verifiers
    }
}
