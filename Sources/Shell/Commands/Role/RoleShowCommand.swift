import CommandLanguage
import MultiNode
import Rendering

struct RoleShowCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "role show", group: .roles, "Show one role as the access node and each data node has it",
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
