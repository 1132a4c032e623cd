import MultiNode
import Postgres

/// A server that is to become a data node, and what was found out about it before.
struct NodeCandidate: Sendable {
    let name: String
    let host: String
    let port: Int
    let database: String
    var password: String?
    var bootstraps = true
}

/// What looking at a candidate came to.
enum Preflight: Sendable {
    case checked([Finding], systemIdentifier: String?)
    /// It can't be looked at from here; the access node may reach it all the same.
    case unchecked(String)
}

extension Session {
    /// Looks at servers side by side before they are added, and changes nothing.
    ///
    /// - Returns: what was found, in the order of the candidates, and of which nothing can be said from here, with why.
    func preflight(
        _ candidates: [NodeCandidate]
    ) async throws(Failure) -> (findings: [Finding], unchecked: [(node: String, reason: String)]) {
        let (connection, capabilities) = try await cluster()
        let (_, clock) = try await facts(connection, node: nil, timeout: .seconds(5))
        let isFar = !isOnThisMachine(connection.info)
        let answers = await sideBySide(candidates, named: \.name) { candidate throws(Failure) -> Preflight in
            if isFar, candidate.isLocal {
                return .unchecked("\(candidate.host) is the access node's own machine, which is another than this one")
            }
            return await self.preflight(candidate, capabilities, clock)
        }
        var findings: [Finding] = []
        var unchecked: [(node: String, reason: String)] = []
        var servers = await probe(try await dataNodes(), timeout: .seconds(2)).map {
            (node: $0.node.name, systemIdentifier: $0.systemIdentifier)
        }
        let known = Set(servers.map(\.node))
        for (candidate, answer, _) in answers {
            switch answer {
            case .success(.checked(let found, let identifier)):
                findings += found
                if !found.contains(where: { $0.severity == .error }) { servers.append((candidate.name, identifier)) }
            case .success(.unchecked(let reason)): unchecked.append((candidate.name, reason))
            case .failure(let failure): unchecked.append((candidate.name, failure.summary))
            }
        }
        findings += ClusterCheck.sharedServers(servers, own: capabilities.systemIdentifier)
            .filter { !known.contains($0.place) }
        return (findings, unchecked)
    }

    private func preflight(
        _ candidate: NodeCandidate, _ accessNode: Capabilities, _ clock: (offset: Double, error: Double)
    ) async -> Preflight {
        do throws(Failure) {
            let (connection, exists) = try await open(candidate)
            let inspection = try await closing(connection) { connection throws(Failure) in
                try await inspect(connection, node: candidate.name, timeout: .seconds(5))
            }
            let check = CandidateCheck(
                inspection.check(candidate.name, accessNode, clock), database: candidate.database,
                databaseExists: exists, bootstraps: candidate.bootstraps)
            return .checked(check.findings, systemIdentifier: inspection.server.systemIdentifier)
        } catch {
            return .unchecked(error.summary)
        }
    }

    /// A connection to the candidate's database, or where that does not exist to one that every server has.
    private func open(_ candidate: NodeCandidate) async throws(Failure) -> (Connection, databaseExists: Bool) {
        let other = try await open(candidate, database: "postgres")
        let exists: Bool
        do throws(Failure) {
            let answer = try await send(
                CandidateCheck.databaseExists(candidate.database), on: other, node: candidate.name, timeout: .seconds(5)
            )
            exists = answer.rows.first?.first.flatMap { $0 } == "t"
        } catch {
            await other.close()
            throw error
        }
        guard exists, candidate.database != "postgres" else { return (other, exists) }
        await other.close()
        return (try await open(candidate, database: candidate.database), true)
    }

    private func open(_ candidate: NodeCandidate, database: String) async throws(Failure) -> Connection {
        try await openDirectly(
            host: candidate.host, port: candidate.port, database: database, password: candidate.password,
            as: candidate.name, timeout: .seconds(5))
    }

    private func isOnThisMachine(_ info: ConnectionInfo) -> Bool {
        info.isLocalSocket || info.hostAddress == "::1" || info.hostAddress.hasPrefix("127.")
    }
}

extension NodeCandidate {
    /// Whether the address means whatever machine it is used on.
    fileprivate var isLocal: Bool {
        host.hasPrefix("/") || host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
