import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RoleListCommand: UncheckedCommand {
    static let syntax = CommandSyntax(
        "role list", "List the roles, and whether the data nodes agree about them",
        details: "--format script prints the commands that make these roles, without their passwords.",
        examples: ["role list", "role list --format script"])

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let connection = try await session.cluster().connection
        let own = try await session.send(DatabaseRole.list, on: connection).records.map { DatabaseRole(row: $0) }
        let nodes = try await session.dataNodes()
        let answers = await session.onEach(nodes) { node throws(Failure) in try await session.roles(on: node) }
        var outcome = Outcome()
        var remote: [(node: DataNode, roles: [String: DatabaseRole])] = []
        for (node, answer, milliseconds) in answers {
            switch answer {
            case .success(let roles):
                remote.append(
                    (node, Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })))
                outcome.nodes.append(NodeOutcome(node.name, ok: true, milliseconds: milliseconds))
            case .failure(let failure):
                outcome.failures.append(failure)
                outcome.status = .partial
                outcome.nodes.append(
                    NodeOutcome(node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary))
            }
        }
        outcome.table = Self.table(
            own, remote.map { node, roles in (node.name, roles) }, isComplete: outcome.failures.isEmpty)
        if session.settings.format == .script { outcome.script = try await session.script(of: own, remote, nodes) }
        return outcome
    }

    /// - Parameter isComplete: whether all nodes answered; otherwise nobody knows that they agree.
    private static func table(
        _ own: [DatabaseRole], _ remote: [(node: String, roles: [String: DatabaseRole])], isComplete: Bool
    ) -> Table {
        var known = Dictionary(own.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for (_, roles) in remote { known.merge(roles) { first, _ in first } }
        let local = Set(own.map(\.name))
        let rows = known.values.sorted { $0.name < $1.name }.map { role -> [Value] in
            let holders = remote.filter { $0.roles[role.name] != nil }
            let isEverywhere = local.contains(role.name) && holders.count == remote.count
            // A role of the access node alone is no disagreement: not every role has business on data nodes.
            let isOnlyHere = local.contains(role.name) && holders.isEmpty
            let agrees =
                isOnlyHere || isEverywhere && holders.allSatisfy { $0.roles[role.name]?.agrees(with: role) ?? false }
            return [
                .text(role.name), .bool(role.attributes.login ?? false), .bool(local.contains(role.name)),
                .array(holders.map { .text($0.node) }), agrees && !isComplete ? .null : .bool(agrees),
            ]
        }
        return Table(
            columns: [.init("role"), .init("login"), .init("on_access_node"), .init("data_nodes"), .init("agrees")],
            rows: rows)
    }
}

struct RoleCreateCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role create", "Create roles, on the access node alone or on data nodes too",
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

struct RoleDropCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role drop", "Drop roles, on the access node alone or on data nodes too",
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

/// `role grant` and `role revoke` are one thing in two directions.
protocol RoleUsageCommand: ChangingCommand, UncheckedCommand {
    static var grants: Bool { get }
}

extension RoleUsageCommand {
    static func describe(_ verb: String, _ summary: String, _ example: String) -> CommandSyntax {
        CommandSyntax(
            "role \(verb)", summary, operands: [OperandSyntax("NAMES|public", .role, .oneOrMore)],
            options: [OptionSyntax("--nodes", "NODES", .nodes, required: true, "Which data nodes, or all")],
            changes: true,
            details: """
                It is USAGE on the foreign servers of the access node, which making and using distributed hypertables \
                needs. Nodes that are added later are not in it: grant them then. public \
                stands for every role.
                """,
            examples: [example])
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let nodes = try await session.nodes(on: "--nodes", of: arguments).map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let names = arguments.operands("NAMES|public").map(\.text)
        let grantees = try names.map { name throws(Failure) -> NodeGrants.Grantee in
            name.lowercased() == "public" ? .public : .role(try Name.role(name))
        }
        let plan =
            Self.grants ? NodeGrants.grant(on: nodes, to: grantees) : NodeGrants.revoke(on: nodes, from: grantees)
        let who = names.joined(separator: ", ")
        let what = nodes.joined(separator: ", ")
        return Proposal([.init(plan, done: Self.grants ? "\(who) may use \(what)" : "\(who) may not use \(what)")])
    }
}

struct RoleGrantCommand: RoleUsageCommand {
    static let syntax = describe("grant", "Let roles use data nodes", "role grant app --nodes all")
    static let grants = true
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}

struct RoleRevokeCommand: RoleUsageCommand {
    static let syntax = describe("revoke", "Let roles not use data nodes any more", "role revoke app --nodes dn3")
    static let grants = false
    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }
}

/// Where a role command works: the access node alone, everywhere, or on some data nodes.
enum RoleScopeOptions {
    static let all = [
        OptionSyntax("--everywhere", "On the access node and all data nodes, in one distributed transaction"),
        OptionSyntax("--on", "NODES", .nodes, "On these data nodes only"),
    ]

    static func check(_ arguments: Arguments) throws(Diagnostic) {
        if arguments.has("--everywhere"), let on = arguments.invocation.option("--on") {
            throw Diagnostic(
                "--on and --everywhere exclude each other", at: on.span, in: arguments.invocation.source)
        }
    }

    static func scope(_ arguments: Arguments, in session: isolated Session) async throws(Failure) -> Roles.Scope {
        guard arguments.has("--everywhere") || arguments.has("--on") else { return .accessNode }
        let nodes = try await session.nodes(of: arguments)
        let everywhere = arguments.has("--everywhere")
        let names = try await session.onePerServer(nodes, withoutOwn: everywhere).map(\.name)
        return everywhere ? .everywhere(names) : .nodes(names)
    }
}

extension Roles.Scope {
    var text: String {
        let places = (accessNode ? ["the access node"] : []) + (nodes.isEmpty ? [] : [nodes.joined(separator: ", ")])
        return "on " + places.joined(separator: " and ")
    }
}

extension Session {
    /// The nodes that each role was granted the use of, by role.
    func nodeGrants() async throws(Failure) -> [String: [String]] {
        let result = try await send(NodeGrants.list, on: try await cluster().connection)
        let pairs = result.records.compactMap { row in
            row["grantee"].flatMap { $0 }.flatMap { grantee in row["node"].flatMap { $0 }.map { (grantee, [$0]) } }
        }
        return Dictionary(pairs, uniquingKeysWith: +)
    }

    func roles(on node: DataNode) async throws(Failure) -> [DatabaseRole] {
        let connection = try await open(node)
        do throws(Failure) {
            let result = try await send(DatabaseRole.list, on: connection, node: node.name, timeout: .seconds(5))
            await connection.close()
            return result.records.map { DatabaseRole(row: $0) }
        } catch {
            await connection.close()
            throw error
        }
    }

    /// - Throws: where one of the names is no role of the access node.
    fileprivate func requireRoles(_ names: [Argument], of arguments: Arguments) async throws(Failure) {
        let own = try await send(DatabaseRole.list, on: try await cluster().connection)
        let known = own.records.map { DatabaseRole(row: $0).name }
        for name in names where !known.contains(name.text) {
            let nearest = Suggestion.nearest(to: name.text, among: known)
                .map { "did you mean \(Arguments.quoted($0))?" }
            throw Failure(
                arguments.problem(
                    "there is no role \(name.text)", at: name, help: nearest ?? "'role list' shows the roles"))
        }
    }

    /// The roles of each server of a scope.
    fileprivate func roleHolders(_ scope: Roles.Scope) async throws(Failure) -> [(place: String, roles: Set<String>)] {
        var holders: [(place: String, roles: Set<String>)] = []
        if scope.accessNode {
            let own = try await send(DatabaseRole.list, on: try await cluster().connection)
            holders.append(("the access node", Set(own.records.map { DatabaseRole(row: $0).name })))
        }
        let nodes = try await dataNodes().filter { scope.nodes.contains($0.name) }
        for (node, answer, _) in await onEach(nodes, { node throws(Failure) in try await self.roles(on: node) }) {
            holders.append((node.name, Set(try answer.get().map(\.name))))
        }
        return holders
    }

    func verifier(_ password: String, user: String) async throws(Failure) -> String {
        let connection = try await accessNode()
        do throws(PostgresError) {
            return try await connection.encryptPassword(password, user: user)
        } catch {
            throw Failure(error)
        }
    }
}
