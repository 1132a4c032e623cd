package import MultiNode
import Postgres

/// A server that is to become a data node.
package struct NodeCandidate: Sendable {
    package let address: ServerAddress
    /// Whether the database and the extension are created if they are missing.
    package let bootstraps: Bool

    package init(_ address: ServerAddress, bootstraps: Bool) {
        self.address = address
        self.bootstraps = bootstraps
    }

    /// Whether the address always means the machine on which it is used.
    fileprivate var isLocal: Bool {
        let host = address.host
        return host.hasPrefix("/") || host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

/// The results of checking servers before they become data nodes.
package struct NodePreflight: Sendable {
    /// In the order of the candidates.
    package var findings: [Finding] = []
    /// The servers that can't be checked from here, and why. The access node may reach them all the same.
    package var unchecked: [(node: String, reason: String)] = []
}

extension ClusterError {
    /// Why a server can't be checked, with what to do about it where it answers. It is no node yet.
    fileprivate var reason: String {
        refusal.map { "\(summary)\n  help: \($0.advice(node: nil))" } ?? summary
    }
}

extension Cluster {
    /// Checks servers side by side before they are added, without changing anything.
    ///
    /// - Parameters:
    ///   - nodes: the existing data nodes.
    ///   - facts: the facts about the access node's server.
    package func preflight(
        _ candidates: [NodeCandidate], beside nodes: [DataNode], _ facts: ServerFacts
    ) async throws(ClusterError) -> NodePreflight {
        let capabilities = try await capabilities()
        let isFar = !Self.isOnThisMachine(try await link().info)
        let answers = await sideBySide(candidates, named: \.address.name) { candidate throws(ClusterError) -> Look in
            if isFar, candidate.isLocal {
                throw ClusterError(
                    "\(candidate.address.host) is the access node's own machine, which is another than this one")
            }
            // For all questions to one server.
            let own = limited(to: remaining(atMost: .seconds(10)))
            return try await own.look(at: candidate, capabilities, facts.clock)
        }
        var preflight = NodePreflight()
        var servers = await probe(nodes, timeout: .seconds(2)).map {
            (node: $0.node.name, systemIdentifier: $0.systemIdentifier)
        }
        let known = Set(servers.map(\.node))
        for answer in answers {
            let name = answer.item.address.name
            switch answer.result {
            case .success(let look):
                preflight.findings += look.findings
                let isUnfit = look.findings.contains { $0.severity == .error }
                if !isUnfit { servers.append((name, look.systemIdentifier)) }
            case .failure(let error): preflight.unchecked.append((name, error.reason))
            }
        }
        preflight.findings += ClusterCheck.sharedServers(servers, own: capabilities.systemIdentifier)
            .filter { !known.contains($0.place) }
        return preflight
    }

    private typealias Look = (findings: [Finding], systemIdentifier: String?)

    private func look(
        at candidate: NodeCandidate, _ accessNode: Capabilities, _ clock: ClockReading
    ) async throws(ClusterError) -> Look {
        let address = candidate.address
        // Every server has this database; the candidate's own may not exist yet.
        var any = address
        any.database = "postgres"
        let (exists, look) = try await asking(any) { link throws(ClusterError) -> (Bool, Look?) in
            let query = CandidateCheck.databaseExists(address.database)
            let exists = try await send(query, on: link, node: address.name, timeout: .seconds(5)).value == "t"
            if exists, address.database != any.database { return (true, nil) }
            return (exists, try await self.look(at: candidate, exists: exists, over: link, accessNode, clock))
        }
        if let look { return look }
        return try await asking(address) { link throws(ClusterError) in
            try await self.look(at: candidate, exists: exists, over: link, accessNode, clock)
        }
    }

    private func look(
        at candidate: NodeCandidate, exists: Bool, over link: any Link, _ accessNode: Capabilities,
        _ clock: ClockReading
    ) async throws(ClusterError) -> Look {
        let name = candidate.address.name
        let inspection = try await inspect(link, node: name, timeout: .seconds(5))
        let check = CandidateCheck(
            inspection.check(name, beside: accessNode, clock), database: candidate.address.database,
            databaseExists: exists, bootstraps: candidate.bootstraps)
        return (check.findings, inspection.server.systemIdentifier)
    }

    private static func isOnThisMachine(_ info: ConnectionInfo) -> Bool {
        info.isLocalSocket || info.hostAddress == "::1" || info.hostAddress.hasPrefix("127.")
    }
}
