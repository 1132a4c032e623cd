import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct RoleShowCommand: Command {
    private static let role = Operand<Argument>("NAME", .role)

    static let syntax = CommandSyntax(
        "role show", group: .roles, "Show one role as the access node and each data node has it",
        operands: [role],
        details: """
            mapped_to is the role that a user mapping makes it on that node; then that role is shown. password_in is where \
            the access node has the password for going there as it: in the mapping, or in its passfile, as far as this \
            role may see that.
            """,
        examples: ["role show app"])

    static let columns: [Table.Column] = [
        "where", .state("state"), .boolean("login"), .boolean("superuser"), .boolean("createdb"),
        .boolean("createrole"),
        .boolean("replication"), .boolean("inherit"), .boolean("bypassrls"), .integer("connection_limit"),
        "valid_until",
        .array("member_of"), .boolean("usage"), "mapped_to", "password_in",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let survey = try await context.cluster.surveyRoles(on: try await context.cluster.nodes())
        let name = arguments[Self.role]
        let own = survey.own.first { $0.name == name.text }
        // A role that only data nodes have is looked for by its own name, whatever the mappings for others say.
        func find(_ answer: Answer<DataNode, RoleSurvey.Remote>) -> DatabaseRole? {
            own == nil ? answer.value?.roles[name.text] : survey.role(name.text, on: answer)
        }
        guard own != nil || survey.answers.contains(where: { $0.value?.roles[name.text] != nil }) else {
            throw survey.unknown(name, arguments)
        }
        var outcome = Outcome(nodes: survey.answers.map { NodeOutcome($0) })
        let passfile = try await context.cluster.passfile()
        var rows = [
            Self.row(
                "access node", own, state: own == nil ? "absent" : "present", usage: .null, mappedTo: nil,
                password: nil)
        ]
        for answer in survey.answers {
            let role = find(answer)
            let target = survey.mappings.target(of: name.text, on: answer.item.name)
            let mappedTo: String? = if own != nil, case .other(let other, _) = target { other } else { nil }
            let isUnknown = answer.value == nil || own != nil && target == .hidden
            let state = isUnknown ? "unknown" : role == nil ? "absent" : "present"
            let usage = Value.bool(survey.usable(by: name.text).contains(answer.item.name))
            let password = own.flatMap { RolePassword(of: $0.name, on: answer.item, survey.mappings, passfile) }
            rows.append(
                Self.row(
                    answer.item.name, role, state: state, usage: usage, mappedTo: mappedTo, password: password))
        }
        outcome.table = Table(
            columns: Self.columns, rows: rows)
        outcome.failures = survey.errors.map { Failure($0) }
        if !survey.errors.isEmpty { outcome.status = .partial }
        return outcome
    }

    private static func row(
        _ place: String, _ role: DatabaseRole?, state: String, usage: Value, mappedTo: String?,
        password: RolePassword?
    ) -> [Value] {
        func flag(_ attribute: KeyPath<RoleAttributes, Bool?>) -> Value {
            role?.attributes[keyPath: attribute].map { .bool($0) } ?? .null
        }
        return [
            .text(place), .text(state), flag(\.login), flag(\.superuser), flag(\.createDatabase), flag(\.createRole),
            flag(\.replication), flag(\.inherit), flag(\.bypassRowSecurity),
            role?.attributes.connectionLimit.map { .integer(Int64($0)) } ?? .null,
            role?.attributes.validUntil.map { .text($0) } ?? .null,
            role.map { .array($0.memberOf.map { .text($0) }) } ?? .null, usage,
            mappedTo.map { .text($0) } ?? .null, password.map { .text($0.rawValue) } ?? .null,
        ]
    }
}
