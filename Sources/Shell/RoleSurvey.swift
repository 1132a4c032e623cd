import CommandLanguage
import MultiNode
import Postgres

/// The roles of the access node and of each data node, read side by side, and how they differ.
struct RoleSurvey: Sendable {
    /// What one data node answered.
    struct Remote: Sendable {
        let systemIdentifier: String?
        let roles: [String: DatabaseRole]
    }

    struct NodeAnswer: Sendable {
        let node: DataNode
        let answer: Result<Remote, Failure>
        let milliseconds: Double

        var roles: [String: DatabaseRole]? { (try? answer.get())?.roles }

        var outcome: NodeOutcome {
            switch answer {
            case .success: NodeOutcome(node.name, ok: true, milliseconds: milliseconds)
            case .failure(let failure):
                NodeOutcome(node.name, ok: false, sqlstate: failure.sqlstate, message: failure.summary)
            }
        }
    }

    /// The access node's, by name.
    let own: [DatabaseRole]
    let answers: [NodeAnswer]
    /// The access node's server, whose roles those of a data node in another of its databases are.
    let ownServer: String?
    /// The nodes that each role was granted the use of; of what PUBLIC was granted under an empty name.
    let grants: [String: Set<String>]

    var failures: [Failure] {
        answers.compactMap {
            guard case .failure(let failure) = $0.answer else { return nil }
            return failure
        }
    }

    /// The nodes that answered and have roles of their own.
    var remotes: [(node: String, roles: [String: DatabaseRole])] {
        answers.compactMap { answer in
            guard case .success(let remote) = answer.answer, !isOwnServer(remote) else { return nil }
            return (answer.node.name, remote.roles)
        }
    }

    /// One node of each server of its own that answered: what is changed there is so in all its databases.
    var servers: [(node: String, roles: [String: DatabaseRole])] {
        var seen: Set<String> = []
        return answers.compactMap { answer in
            guard case .success(let remote) = answer.answer, !isOwnServer(remote) else { return nil }
            if let server = remote.systemIdentifier, !seen.insert(server).inserted { return nil }
            return (answer.node.name, remote.roles)
        }
    }

    private func isOwnServer(_ remote: Remote) -> Bool {
        remote.systemIdentifier != nil && remote.systemIdentifier == ownServer
    }

    /// The nodes that a role may use, by its own grants or by those to PUBLIC.
    func usable(by role: String) -> Set<String> { grants[role, default: []].union(grants[""] ?? []) }

    /// The roles that have business on data nodes: they are on one, or may use one by a grant of their own.
    ///
    /// Not every role of the access node has, and one that has none is no fault.
    var sharedRoles: [DatabaseRole] {
        own.filter { role in grants[role.name] != nil || remotes.contains { $0.roles[role.name] != nil } }
    }

    /// The roles of the access node that no data node has.
    var localRoles: [DatabaseRole] {
        let shared = Set(sharedRoles.map(\.name))
        return own.filter { !shared.contains($0.name) }
    }

    /// The roles and all that they are members of, without which they can't be created.
    func withGroups(_ roles: [DatabaseRole]) -> [DatabaseRole] {
        var names = Set(roles.map(\.name))
        var pending = roles
        while let role = pending.popLast() {
            pending += own.filter { role.memberOf.contains($0.name) && names.insert($0.name).inserted }
        }
        return own.filter { names.contains($0.name) }
    }

    /// What differs from the access node's role, on the nodes that answered.
    func differences(of role: DatabaseRole) -> [RoleDifference] {
        let nodes = answers.map(\.node.name)
        return remotes.flatMap { role.differences(from: $0.roles[role.name], on: $0.node) }
            + role.usageDifferences(granted: usable(by: role.name), nodes: nodes)
    }
}

extension Session {
    /// Reads the roles of the access node and of data nodes.
    ///
    /// - Parameter nodes: all where none are named.
    func surveyRoles(on nodes: [DataNode]? = nil) async throws(Failure) -> RoleSurvey {
        let (connection, capabilities) = try await cluster()
        let own = try await send(DatabaseRole.list, on: connection).records.map { DatabaseRole(row: $0) }
        let granted = try await send(NodeGrants.list, on: connection).records
        var grants: [String: Set<String>] = [:]
        for row in granted {
            guard let node = row["node"].flatMap({ $0 }) else { continue }
            grants[row["grantee"].flatMap { $0 } ?? "", default: []].insert(node)
        }
        let asked = if let nodes { nodes } else { try await dataNodes() }
        let answers = await onEach(asked) { node throws(Failure) in try await self.remoteRoles(node) }
        return RoleSurvey(
            own: own,
            answers: answers.map { .init(node: $0.node, answer: $0.answer, milliseconds: $0.milliseconds) },
            ownServer: capabilities.systemIdentifier, grants: grants)
    }

    private func remoteRoles(_ node: DataNode) async throws(Failure) -> RoleSurvey.Remote {
        try await asking(node) { connection throws(Failure) in
            let state = try await send(NodeState.query, on: connection, node: node.name, timeout: .seconds(5))
            let list = try await send(DatabaseRole.list, on: connection, node: node.name, timeout: .seconds(5))
            let roles = list.records.map { DatabaseRole(row: $0) }
            return RoleSurvey.Remote(
                systemIdentifier: state.records.first.flatMap { NodeState(row: $0).systemIdentifier },
                roles: Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension RoleSurvey {
    /// The access node's roles that a command names, or those with business on data nodes where it names none.
    ///
    /// - Throws: a name that no role of the access node has.
    func select(_ names: [Argument], of command: Arguments) throws(Failure) -> [DatabaseRole] {
        if names.isEmpty { return sharedRoles }
        var selected: [DatabaseRole] = []
        for name in names {
            guard let role = own.first(where: { $0.name == name.text }) else {
                throw Failure(unknown(name, command))
            }
            selected.append(role)
        }
        return selected
    }

    func unknown(_ name: Argument, _ command: Arguments) -> Diagnostic {
        let holders = answers.filter { $0.roles?[name.text] != nil }.map(\.node.name)
        if !holders.isEmpty {
            return command.problem(
                "role \(name.text) is on \(holders.joined(separator: ", ")) and not on the access node", at: name,
                help: "'role create \(name.text)' makes one there; 'role drop \(name.text) --on' drops it")
        }
        let nearest = Suggestion.nearest(to: name.text, among: own.map(\.name)).map { "did you mean \($0)?" }
        return command.problem(
            "there is no role \(name.text)", at: name, help: nearest ?? "'role list' shows the roles")
    }
}
