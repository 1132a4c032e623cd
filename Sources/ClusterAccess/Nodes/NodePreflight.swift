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

    fileprivate var node: DataNode {
        DataNode(name: address.name, host: address.host, port: address.port, database: address.database)
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
    /// The servers that can't be checked from here, why, and what to do about it. The access node may reach them all the same.
    package var unchecked: [(node: String, reason: String, help: String?)] = []
    /// The servers that have no database of the future node's name.
    package var withoutDatabase: Set<String> = []
}

extension ClusterError {
    /// What to do about a server that can't be checked though it answers. It is no node yet.
    fileprivate var help: String? { isUnproved ? remedy : refusal.map { $0.advice(node: nil, message: message) } }
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
        let duplicates = CandidateCheck.duplicates(candidates.map(\.node), beside: nodes)
        if !duplicates.isEmpty { return NodePreflight(findings: duplicates) }
        let isFar = !Self.isOnThisMachine(try await link().info)
        let answers = await sideBySide(candidates, named: \.address.name) { candidate throws(ClusterError) -> Look in
            if isFar, candidate.isLocal {
                throw ClusterError(
                    "\(candidate.address.host) is the access node's own machine, which is another than this one")
            }
            // For all questions to one server; some time is left for what comes of the answers.
            let own = limitedForQuestion(atMost: .seconds(10))
            return try await own.look(at: candidate, capabilities, facts.clock)
        }
        var preflight = NodePreflight()
        // A node that is on one of these servers has its database there: no other needs to be asked, however many there are.
        let there = answers.compactMap(\.value).reduce(into: Set<String>()) { $0.formUnion($1.server.databases) }
        let known = await probe(
            nodes.filter { there.contains($0.database) }, timeout: remaining(atMost: .seconds(4)) / 2,
            keeping: connection.kept)
        let lost = try await lostNodes()
        var databases = known.compactMap { probe in
            probe.server.map { (node: probe.node.name, server: $0, database: probe.node.database) }
        }
        for answer in answers {
            let (name, database) = (answer.item.address.name, answer.item.address.database)
            switch answer.result {
            case .success(let look):
                let check = CandidateCheck(
                    look.check, on: look.server, database: database, bootstraps: answer.item.bootstraps,
                    Self.membership(of: look, database, known, areAllSeen: lost.isEmpty))
                if !check.databaseExists { preflight.withoutDatabase.insert(name) }
                preflight.findings += check.findings
                let isUnfit = check.findings.contains { $0.severity == .error }
                if !isUnfit, let server = look.check.server.server { databases.append((name, server, database)) }
            case .failure(let error): preflight.unchecked.append((name, error.summary, error.help))
            }
        }
        let names = Set(candidates.map(\.address.name))
        for sharing in Sharing.list(databases, ownServer: capabilities.server) where names.contains(sharing.node) {
            preflight.findings.append(
                sharing.isDatabase
                    ? Finding(
                        .error, sharing.node, "its address leads to the database of \(sharing.other)",
                        remedy: "check --host, --port and --database") : sharing.ofServer)
        }
        return preflight
    }

    /// Checks a server again that has not become a data node, even where the command is interrupted.
    ///
    /// - Returns: nil where it can't be checked, or has become one.
    package func preflightAgain(_ candidate: NodeCandidate) async -> NodePreflight? {
        await evenIfInterrupted { cluster in
            let quiet = Cluster(
                cluster.connection, listener: QuietListener(cluster.listener), deadline: cluster.deadline)
            guard let nodes = try? await quiet.nodes(), let facts = try? await quiet.facts(),
                !nodes.contains(where: { $0.name == candidate.address.name })
            else { return nil }
            let preflight = try? await quiet.preflight([candidate], beside: nodes, facts)
            return preflight?.unchecked.isEmpty == true ? preflight : nil
        }
    }

    private static func membership(
        of look: Look, _ database: String, _ known: [Probe], areAllSeen: Bool
    ) -> CandidateCheck.Membership {
        guard let server = look.check.server.server else { return .unknown }
        let same = known.first { probe in
            probe.node.database == database && probe.server.map { $0.isSame(as: server) } == true
        }
        if let same { return .node(same.node.name) }
        if let holder = look.holder { return .copy(of: holder) }
        return areAllSeen && known.allSatisfy { $0.server != nil } ? .former : .unknown
    }

    private typealias Look = (check: ServerCheck, server: CandidateServer, holder: String?)

    private func look(
        at candidate: NodeCandidate, _ accessNode: Capabilities, _ clock: ClockReading
    ) async throws(ClusterError) -> Look {
        let address = candidate.address
        // Every server has this database; the candidate's own may not exist yet.
        var any = address
        any.database = "postgres"
        let (server, look) = try await asking(any) { link throws(ClusterError) -> (CandidateServer, Look?) in
            let answer = try await send(CandidateServer.query, on: link, node: address.name, timeout: .seconds(5))
            let server = CandidateServer(row: answer.records.first ?? [:])
            if server.databases.contains(address.database), address.database != any.database { return (server, nil) }
            return (server, try await self.look(at: candidate, on: server, over: link, accessNode, clock))
        }
        if let look { return look }
        return try await asking(address) { link throws(ClusterError) in
            try await self.look(at: candidate, on: server, over: link, accessNode, clock)
        }
    }

    private func look(
        at candidate: NodeCandidate, on server: CandidateServer, over link: any Link, _ accessNode: Capabilities,
        _ clock: ClockReading
    ) async throws(ClusterError) -> Look {
        let name = candidate.address.name
        let inspection = try await inspect(link, node: name, timeout: .seconds(5))
        let exists = server.databases.contains(candidate.address.database)
        let isMember = exists && accessNode.distributedID.map { $0 == inspection.server.distributedID } == true
        let holder = isMember ? try await holder(of: link, name) : nil
        return (inspection.check(name, isAdded: false, beside: accessNode, clock), server, holder)
    }

    private static func isOnThisMachine(_ info: ConnectionInfo) -> Bool {
        info.isLocalSocket || info.hostAddress == "::1" || info.hostAddress.hasPrefix("127.")
    }
}
