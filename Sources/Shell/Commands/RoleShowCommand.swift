import CommandLanguage
import MultiNode
import Rendering

struct RoleShowCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "role show", "Show one role as the access node and each data node has it",
        operands: [OperandSyntax("NAME", .role)], examples: ["role show app"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let survey = try await session.surveyRoles()
        guard let name = arguments.operand("NAME") else { throw Failure(arguments.problem("role show needs NAME")) }
        let own = survey.own.first { $0.name == name.text }
        guard own != nil || survey.answers.contains(where: { $0.roles?[name.text] != nil }) else {
            throw Failure(survey.unknown(name, arguments))
        }
        var outcome = Outcome(nodes: survey.answers.map(\.outcome))
        var rows = [Self.row("access node", own, state: own == nil ? "absent" : "present", usage: .null)]
        for answer in survey.answers {
            let role = answer.roles?[name.text]
            let state = answer.roles == nil ? "unknown" : role == nil ? "absent" : "present"
            let usage = Value.bool(survey.usable(by: name.text).contains(answer.node.name))
            rows.append(Self.row(answer.node.name, role, state: state, usage: usage))
        }
        outcome.table = Table(
            columns: [
                .init("where"), .state("state"), .init("login"), .init("superuser"), .init("createdb"),
                .init("createrole"), .init("replication"), .init("inherit"), .init("bypassrls"),
                .init("connection_limit", .right), .init("valid_until"), .init("member_of"), .init("usage"),
            ], rows: rows)
        outcome.failures = survey.failures
        if !survey.failures.isEmpty { outcome.status = .partial }
        return outcome
    }

    private static func row(_ place: String, _ role: DatabaseRole?, state: String, usage: Value) -> [Value] {
        func flag(_ attribute: KeyPath<RoleAttributes, Bool?>) -> Value {
            role?.attributes[keyPath: attribute].map { .bool($0) } ?? .null
        }
        return [
            .text(place), .text(state), flag(\.login), flag(\.superuser), flag(\.createDatabase), flag(\.createRole),
            flag(\.replication), flag(\.inherit), flag(\.bypassRowSecurity),
            role?.attributes.connectionLimit.map { .integer(Int64($0)) } ?? .null,
            role?.attributes.validUntil.map { .text($0) } ?? .null,
            role.map { .array($0.memberOf.map { .text($0) }) } ?? .null, usage,
        ]
    }
}

struct RoleCheckCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "role check", "Show how the data nodes' roles differ from the access node's",
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
