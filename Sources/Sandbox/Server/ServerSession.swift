import Postgres

/// Connections of the sandbox itself to its servers, as the superuser.
enum ServerSession {
    static func parameters(_ node: Node, database: String) -> ConnectionParameters {
        node.login.parameters(node, database: database)
    }

    /// Opens a connection, uses it and closes it.
    static func use<Result: Sendable>(
        _ node: Node, database: String, _ body: (Connection) async throws(PostgresError) -> Result
    ) async throws(SandboxError) -> Result {
        do throws(PostgresError) {
            let connection = try await Connection.open(parameters(node, database: database), timeout: .seconds(10))
            let result: Result
            do throws(PostgresError) {
                result = try await body(connection)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
            return result
        } catch {
            guard error.kind != .cancelled else { throw SandboxError(.cancelled, "cancelled") }
            throw SandboxError(
                .statement, "\(node.name): \(error.message)", detail: error.detail,
                hint: error.hint)
        }
    }
}
