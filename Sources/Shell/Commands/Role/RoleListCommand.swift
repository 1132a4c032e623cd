import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RoleListCommand: Command {
    static let syntax = CommandSyntax(
        "role list", group: .roles, "List the roles, and whether the data nodes agree about them",
        details:
            "--format script prints the commands that make these roles and their user mappings, without passwords.",
        examples: ["role list", "role list --format script"])

    static let columns: [Table.Column] = [
        "role", .boolean("login"), .boolean("on_access_node"), .array("data_nodes"), .boolean("agrees"),
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        let (nodes, lists) = try await cluster.nodes(with: [DatabaseRole.list, UserMappings.list])
        let list = try lists[0].get()
        let own = list.roles
        let mappings = UserMappings(try lists[1].get().records)
        let answers = await cluster.remoteRoles(on: nodes)
        var outcome = Outcome()
        for answer in answers {
            outcome.nodes.append(NodeOutcome(answer))
            guard let error = answer.error else { continue }
            outcome.failures.append(Failure(error))
            outcome.status = .partial
        }
        let remote = answers.compactMap { answer in answer.value.map { (node: answer.item.name, roles: $0.roles) } }
        outcome.table = Self.table(own, remote, mappings, isComplete: outcome.failures.isEmpty)
        if context.settings.format == .script {
            outcome.script = try await ScriptSources(cluster).script(
                of: RoleSurvey.Remote(server: nil, own, areOdd: list.undecodedColumn != nil), answers, mappings)
        }
        return outcome
    }

    /// - Parameter isComplete: whether all nodes answered; otherwise it is unknown whether they agree.
    private static func table(
        _ own: [DatabaseRole], _ remote: [(node: String, roles: [String: DatabaseRole])], _ mappings: UserMappings,
        isComplete: Bool
    ) -> Table {
        var known = Dictionary(own.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let local = Set(own.map(\.name))
        for (_, roles) in remote {
            for (name, role) in roles where known[name] == nil { known[name] = role }
        }
        let rows = known.values.sorted { $0.name < $1.name }.map { role -> [Value] in
            let isLocal = local.contains(role.name)
            // Under the name that it has there.
            let found = remote.map {
                node, roles -> (node: String, target: UserMappings.Target, role: DatabaseRole?) in
                guard isLocal else { return (node, .same, roles[role.name]) }
                let target = mappings.target(of: role.name, on: node)
                return (node, target, UserMappings.name(of: role.name, as: target).flatMap { roles[$0] })
            }
            let holders = found.filter { $0.role != nil }
            let isEverywhere = isLocal && found.allSatisfy { $0.target == .hidden || $0.role != nil }
            // A role on the access node alone is not a difference, because data nodes don't need every role.
            let isOnlyHere = isLocal && holders.isEmpty && !mappings.hasOwn(role.name)
            // One that roles are mapped to needs none of its name on the access node.
            let isTarget = !isLocal && holders.allSatisfy { mappings.leads(to: role.name, on: $0.node) }
            let agrees =
                isOnlyHere || isTarget
                || isEverywhere
                    && found.allSatisfy {
                        role.differences(from: $0.role, on: $0.node, as: $0.target).isEmpty
                    }
            return [
                .text(role.name), .bool(role.attributes.login ?? false), .bool(isLocal),
                .array(holders.map { .text($0.node) }), agrees && !isComplete ? .null : .bool(agrees),
            ]
        }
        return Table(
            columns: columns,
            rows: rows)
    }
}
