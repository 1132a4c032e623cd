import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct RoleCheckCommand: Command {
    private static let names = Operand<[Argument]>("NAMES", .role, .zeroOrMore)

    static let syntax = CommandSyntax(
        "role check", group: .roles, "Show how the data nodes' roles differ from the access node's",
        operands: [names],
        details: """
            Without names, all roles are compared that are on a data node or were granted the use of one; named, a role \
            is expected on every data node. The status is 5 when something differs, 4 when a node can't be asked, and 1 when none can. \
            Where a user mapping makes a role another one on a node, it is compared with that one, and a mapping to a \
            role that is not there is found, too. Whether passwords differ can't be told; but where a node asks for the \
            password of a role that uses it, and the access node has none, the line that its passfile needs is shown. \
            What may be done with the distributed hypertables and in their schemas is compared, too. 'role sync' mends \
            roles, except where a mapping leads to; 'check' shows the command that mends a grant.
            """,
        examples: ["role check", "role check app ops --format json"])

    static let columns: [Table.Column] = [
        "role", "node", "difference", "expected", "actual",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let survey = try await context.cluster.surveyRoles(on: try await context.cluster.nodes())
        let roles = try survey.select(arguments[Self.names], of: arguments)
        let differences = roles.flatMap { survey.differences(of: $0) }
        let grants = try await Self.grants(context.cluster, survey).filter { difference in
            arguments[Self.names].isEmpty || roles.contains { $0.name == difference.role }
        }
        let passwords = try await MissingPasswords.find(
            of: roles.map(\.name), on: survey.answers.filter { $0.error == nil }.map(\.item), survey.mappings,
            context.cluster)
        try Task.checkCancellation()
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: differences.map {
                    [.text($0.role), .text($0.node), .text($0.kind.rawValue), .text($0.expected), .text($0.actual)]
                }
                    + grants.map {
                        [
                            .text($0.role ?? "public"), .text($0.node), .text($0.word), .text($0.expected),
                            .text($0.actual),
                        ]
                    } + passwords.rows),
            nodes: survey.answers.map { NodeOutcome($0) },
            status: differences.isEmpty && grants.isEmpty && passwords.isEmpty ? .done : .notHealthy)
        let concerned = Set(differences.map(\.role) + grants.map { $0.role ?? "public" })
        let differing =
            concerned.isEmpty ? nil : "not the same on all servers: \(concerned.sorted().listed)"
        let complaints = [differing, passwords.complaint].compactMap(\.self)
        if !complaints.isEmpty { outcome.complaint = complaints.joined(separator: "; ") }
        outcome.notes += passwords.notes
        outcome.failures = survey.errors.map { Failure($0) }
        // Where none was compared, nothing was asked.
        if !survey.errors.isEmpty {
            outcome.status = survey.errors.count < survey.answers.count ? .partial : .failed
        }
        return outcome
    }

    /// How grants differ on the nodes whose roles were read.
    private static func grants(
        _ cluster: Cluster, _ survey: RoleSurvey
    ) async throws(ClusterError) -> [GrantDifference] {
        let tables = try await cluster.sharedTables()
        guard let comparison = try await cluster.grantComparison(tables) else { return [] }
        let present = survey.answers.filter { $0.error == nil }.map(\.item)
        let own = Set(survey.own.map(\.name))
        return await cluster.grants(of: tables, on: present).flatMap { answer -> [GrantDifference] in
            let roles = survey.answers.first { $0.item.name == answer.item.name }?.value?.roles ?? [:]
            return answer.value.map {
                comparison.differences(on: answer.item.name, $0, roles: roles, ownRoles: own)
            } ?? []
        }
    }
}
