package import MultiNode
package import Postgres

/// The database that the rows of a migration go to: the access node's own, or one on another server.
package struct MigrationTarget: Sendable {
    /// A server with TimescaleDB, with or without multi-node: the access node as the session has it, or another server
    /// over a connection of its own.
    package let cluster: Cluster
    /// How to connect to it, without a password; nil where it is the access node's own database.
    package let conninfo: String?

    /// Whether migrations go there already, as the access node has it on record.
    var isRecorded = false

    /// How messages name another server.
    package static let name = Migration.targetName

    /// The access node's own database.
    package init(inPlaceOf cluster: Cluster) {
        self.cluster = cluster
        conninfo = nil
    }

    /// - Parameters:
    ///   - conninfo: how to connect to it, without a password.
    ///   - password: nil to leave it to .pgpass and PGPASSWORD.
    /// - Throws: libpq's description of what is wrong in it.
    package init(_ conninfo: String, password: String? = nil, besides cluster: Cluster) throws(ClusterError) {
        var parameters: ConnectionParameters
        do throws(PostgresError) {
            parameters = try ConnectionParameters.parse(conninfo)
        } catch {
            throw ClusterError(error, node: Self.name)
        }
        if let password { parameters["password"] = password }
        let connection = cluster.connection.another(to: ClusterTarget(parameters, label: Self.name))
        self.cluster = Cluster(connection, listener: cluster.listener, deadline: cluster.deadline)
        self.conninfo = conninfo
    }

    package var isInPlace: Bool { conninfo == nil }

    /// What stands for it in messages and in the log; nil for the access node.
    package var node: String? { isInPlace ? nil : Self.name }

    // MARK: Statements

    /// Sends one statement over its first connection.
    @discardableResult
    package func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        do throws(ClusterError) {
            return try await cluster.send(sql, on: try await cluster.link(), node: node)
        } catch {
            throw explained(error)
        }
    }

    /// Runs work over another connection to it, which is closed afterwards.
    package func aside<Answer>(
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        do throws(ClusterError) {
            return try await cluster.aside(work)
        } catch {
            throw explained(error)
        }
    }

    /// Runs work over another connection to it, which is kept when the work has ended well.
    func aside<Answer>(
        keeping kept: KeptLinks, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        do throws(ClusterError) {
            return try await cluster.aside(keeping: kept, work)
        } catch {
            throw explained(error)
        }
    }

    /// Runs statements in one transaction, over another connection.
    package func together(_ statements: [SQL]) async throws(ClusterError) {
        try await aside { link throws(ClusterError) in
            for statement in [.begin] + statements + ["COMMIT"] {
                try await cluster.send(statement, on: link, node: node)
            }
        }
    }

    /// What the server is and can do.
    package func server() async throws(ClusterError) -> Capabilities {
        do throws(ClusterError) {
            return try await cluster.server()
        } catch {
            throw explained(error)
        }
    }

    /// Closes its first connection, where that is its own.
    package func close() async {
        if !isInPlace { await cluster.connection.disconnect() }
    }

    /// Whether what failed may mean that it is gone for good: nothing answers there, or the server has no such database.
    package func mayBeLost(after error: ClusterError) -> Bool {
        guard !isInPlace, error.node == Self.name else { return false }
        return switch error.kind {
        case .connectionFailed:
            // invalid_catalog_name; a server that does not show what sslmode wants is one that answers.
            error.sqlstate == "3D000" || !error.isAnswered && TLSFailure(in: [error.message]) == nil
        case .timedOut: true
        default: false
        }
    }

    /// What failed there says nothing of the access node.
    private func explained(_ error: ClusterError) -> ClusterError {
        guard !isInPlace, error.node == nil else { return error }
        var error = error
        error.node = Self.name
        if error.isAccessNodeUnreachable {
            error.remedy =
                "the conninfo of 'migrate start --to' says where it is; .pgpass, PGPASSWORD or a service file has its password"
            if isRecorded {
                error.remedy?.append(
                    "; 'migrate start --to CONNINFO' tells where it is now, if it has moved; 'migrate undo all --without-target' takes back what this cluster has of the migration, if it is lost for good"
                )
            }
        }
        error.isAccessNodeUnreachable = false
        return error
    }
}
