import CommandLanguage
import MultiNode
import Postgres
import Rendering

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
        try await asking(node) { connection throws(Failure) in
            try await send(DatabaseRole.list, on: connection, node: node.name, timeout: .seconds(5))
                .records.map { DatabaseRole(row: $0) }
        }
    }

    /// - Throws: where one of the names is no role of the access node.
    func requireRoles(_ names: [Argument], of arguments: Arguments) async throws(Failure) {
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
    func roleHolders(_ scope: Roles.Scope) async throws(Failure) -> [(place: String, roles: Set<String>)] {
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
