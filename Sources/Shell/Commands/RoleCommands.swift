import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct RoleListCommand: Command {
    static let syntax = CommandSyntax(
        "role list", "List the roles, where they are, and whether the data nodes agree with the access node")

    init(_ arguments: Arguments) {}

    func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let connection = try await session.cluster().connection
        let own = try await session.send(Role.list, on: connection).records.map(Role.init(row:))
        let nodes = try await session.dataNodes()
        let answers = await session.onEach(nodes) { node throws(Failure) in try await session.roles(on: node) }
        var outcome = Outcome()
        var remote: [(node: String, roles: [String: Role])] = []
        for (node, answer, milliseconds) in answers {
            switch answer {
            case .success(let roles):
                remote.append(
                    (node.name, Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })))
                outcome.nodes.append(NodeOutcome(node.name, ok: true, milliseconds: milliseconds))
            case .failure(let failure):
                outcome.failures.append(failure)
                outcome.status = .partial
                outcome.nodes.append(
                    NodeOutcome(node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary))
            }
        }
        outcome.table = Self.table(own, remote)
        return outcome
    }

    private static func table(_ own: [Role], _ remote: [(node: String, roles: [String: Role])]) -> Table {
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
                .text(role.name), .bool(role.login), .bool(local.contains(role.name)),
                .array(holders.map { .text($0.node) }), .bool(agrees),
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
        options: RoleScopeOptions.all + [
            OptionSyntax("--login", "It may log in; on data nodes every role may"),
            OptionSyntax("--superuser", "It may do everything"),
            OptionSyntax("--createdb", "It may create databases"),
            OptionSyntax("--createrole", "It may create roles"),
            OptionSyntax("--replication", "It may replicate"),
            OptionSyntax("--in-role", "ROLE", .role, variadic: true, "It becomes a member of these roles"),
            OptionSyntax("--connection-limit", "N", .integer(-1...1_000_000), "How many connections it may have"),
            OptionSyntax("--valid-until", "TIME", .text, "When its password ends"),
        ] + PasswordOptions.all + [
            OptionSyntax("--grant-nodes", "NODES", .nodes, "It may use these data nodes (USAGE on their servers)"),
            OptionSyntax("--if-not-exists", "Leave a role that is there as it is"),
        ], changes: true,
        details: """
            With --everywhere the role is created on the access node and all data nodes in one distributed transaction: \
            when one refuses, it exists nowhere. Two data nodes on one server get it once. Of a password only its SCRAM \
            verifier leaves tscl, the same for every node.
            """,
        examples: [
            "role create app --everywhere --login --password-env APP_PASSWORD --grant-nodes all", "role create {ro,rw}",
        ])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
        try RoleScopeOptions.check(arguments)
        try PasswordOptions.check(arguments)
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let (connection, capabilities) = try await session.cluster()
        let scope = try await RoleScopeOptions.scope(arguments, in: session)
        let password = try await PasswordOptions.password(arguments, in: session)
        var grants: [String] = []
        if arguments.has("--grant-nodes") {
            grants = try await session.nodes(on: "--grant-nodes", of: arguments).map(\.name)
        }
        var existing: Set<String> = []
        if arguments.has("--if-not-exists") {
            existing = Set(try await session.send(Role.list, on: connection).records.map { Role(row: $0).name })
        }
        var proposal = Proposal([])
        for name in arguments.operands("NAMES").map(\.text) {
            if existing.contains(name) {
                proposal.unchanged.append("role \(name) exists")
                continue
            }
            var attributes = attributes
            if let password { attributes.verifier = try await session.verifier(password, user: name) }
            let plan = RoleOperations.create(name, attributes, scope, grantNodes: grants, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) created \(scope.text)"))
        }
        return proposal
    }

    private var attributes: RoleAttributes {
        var attributes = RoleAttributes()
        attributes.login = arguments.has("--login")
        attributes.superuser = arguments.has("--superuser")
        attributes.createdb = arguments.has("--createdb")
        attributes.createrole = arguments.has("--createrole")
        attributes.replication = arguments.has("--replication")
        attributes.inRoles = arguments.values("--in-role").map(\.text)
        attributes.connectionLimit = arguments.integer("--connection-limit")
        attributes.validUntil = arguments.value("--valid-until")?.text
        return attributes
    }
}

struct RoleDropCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role drop", "Drop roles, on the access node alone or on data nodes too",
        operands: [OperandSyntax("NAMES", .role, .oneOrMore)],
        options: RoleScopeOptions.all + [OptionSyntax("--if-exists", "Let a role that is not there be")], changes: true,
        asks: .always, examples: ["role drop app --everywhere"])

    let arguments: Arguments
    init(_ arguments: Arguments) throws(Diagnostic) {
        self.arguments = arguments
        try arguments.refuseRepetition(arguments.operands("NAMES"))
        try RoleScopeOptions.check(arguments)
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let capabilities = try await session.cluster().capabilities
        let scope = try await RoleScopeOptions.scope(arguments, in: session)
        let names = arguments.operands("NAMES").map(\.text)
        let ifExists = arguments.has("--if-exists")
        var proposal = Proposal([], confirm: names)
        for name in names {
            let plan = RoleOperations.drop(name, scope, ifExists: ifExists, capabilities)
            proposal.items.append(.init(name: name, plan, done: "role \(name) dropped \(scope.text)"))
        }
        return proposal
    }
}

/// `role grant` and `role revoke` are one thing in two directions.
protocol RoleUsageCommand: ChangingCommand {
    static var grants: Bool { get }
}

extension RoleUsageCommand {
    static func describe(_ verb: String, _ summary: String, _ example: String) -> CommandSyntax {
        CommandSyntax(
            "role \(verb)", summary, operands: [OperandSyntax("NAMES|public", .role, .oneOrMore)],
            options: [OptionSyntax("--nodes", "NODES", .nodes, required: true, "Which data nodes, or all")],
            changes: true,
            details: "It is USAGE on the foreign servers of the access node, which distributed hypertables need.",
            examples: [example])
    }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal {
        let nodes = try await session.nodes(on: "--nodes", of: arguments).map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let names = arguments.operands("NAMES|public").map(\.text)
        let plan =
            Self.grants
            ? RoleOperations.grantUsage(on: nodes, to: names) : RoleOperations.revokeUsage(on: nodes, from: names)
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

    static func scope(_ arguments: Arguments, in session: isolated Session) async throws(Failure) -> RoleScope {
        guard arguments.has("--everywhere") || arguments.has("--on") else { return .accessNode }
        let nodes = try await session.nodes(of: arguments)
        // Through two nodes on one server the same statement waits for itself without end.
        let addressed = try await session.oneNodePerServer(nodes)
        let names = addressed.map(\.name)
        return arguments.has("--everywhere") ? .everywhere(dataNodes: names) : .dataNodes(names)
    }
}

extension RoleScope {
    var text: String {
        switch self {
        case .accessNode: "on the access node"
        case .everywhere(let nodes):
            nodes.isEmpty ? "on the access node" : "on the access node and \(nodes.joined(separator: ", "))"
        case .dataNodes(let nodes): "on \(nodes.joined(separator: ", "))"
        }
    }
}

extension Session {
    func roles(on node: DataNode) async throws(Failure) -> [Role] {
        let connection = try await open(node)
        do throws(Failure) {
            let result = try await send(Role.list, on: connection, node: node.name, timeout: .seconds(5))
            await connection.close()
            return result.records.map(Role.init(row:))
        } catch {
            await connection.close()
            throw error
        }
    }

    /// One node of each server, by host and port.
    func oneNodePerServer(_ nodes: [DataNode]) async throws(Failure) -> [DataNode] {
        var seen: Set<String> = []
        return nodes.filter { seen.insert("\($0.host)\u{0}\($0.port)").inserted }
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
