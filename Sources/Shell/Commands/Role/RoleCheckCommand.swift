import CommandLanguage
import MultiNode
import Rendering

struct RoleCheckCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "role check", group: .roles, "Show how the data nodes' roles differ from the access node's",
        operands: [OperandSyntax("NAMES", .role, .zeroOrMore)],
        details: """
            Without names, all roles are compared that are on a data node or were granted the use of one; named, a role \
            is expected on every data node. The status is 5 when something differs, and 4 when a node can't be asked. \
            Whether passwords differ can't be told. 'role sync' mends what is found.
            """,
        examples: ["role check", "role check app ops --format json"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let survey = try await session.surveyRoles()
        let roles = try survey.select(arguments.operands("NAMES"), of: arguments)
        let differences = roles.flatMap { survey.differences(of: $0) }
        try Task.checkInterruption()
        var outcome = Outcome(
            table: Table(
                columns: ["role", "node", "difference", "expected", "actual"],
                rows: differences.map {
                    [.text($0.role), .text($0.node), .text($0.kind.rawValue), .text($0.expected), .text($0.actual)]
                }),
            nodes: survey.answers.map(\.outcome), status: differences.isEmpty ? .done : .notHealthy)
        let differing = roles.map(\.name).filter { name in differences.contains { $0.role == name } }
        if !differing.isEmpty {
            outcome.complaint = "not the same on all servers: \(differing.joined(separator: ", "))"
        }
        outcome.failures = survey.failures
        if !survey.failures.isEmpty { outcome.status = .partial }
        return outcome
    }
}
