package import MultiNode
import Postgres

/// What a data node answered to a direct request.
package struct Probe: Sendable {
    package enum State: String, Sendable {
        case up, down, hanging
        /// It answers and opens no session, or does not do what it is asked.
        case refused
        /// The command was interrupted before the node had answered, so its state is unknown.
        case interrupted
    }

    package let node: DataNode
    /// As tscl itself sees it, from here.
    package var state: State
    /// Whether the access node reaches it; nil if it was not asked.
    package var fromAccessNode: AccessNodeReach?
    package var milliseconds = 0.0
    package var error: ClusterError?
    package var version: String?
    /// `server_version_num`.
    package var serverVersion: Int?
    package var isInRecovery: Bool?
    package var server: ServerIdentity?
    /// The number of distributed transactions prepared there; nil if unknown.
    package var inDoubt: Int?

    /// The size of its database; nil if it was not asked for, or not told in time.
    package var bytes: Int64?

    /// What its compressed chunks come to (``CompressedChunks/sum``); nil if it was not asked for, not told, or it does not know.
    package var compressed: String?

    /// The databases of its server for whose moves of chunks a tscl has left `wal_retrieve_retry_interval` lowered; none as
    /// well where that was not asked for, with the size.
    package var leftHaste: [String] = []

    /// The node before it in the list that is the same database.
    package var twin: String?

    package var message: String? { error?.summary ?? twin.map { "it is the same database as \($0)" } }

    /// What to do about a node that answers and opens no session, behind its name.
    package var advice: String? {
        guard state == .refused, let remedy = error?.remedy else { return nil }
        return "\(node.name): \(remedy)"
    }
}

/// What both ways to a node tell together.
extension Probe {
    /// A node that could not be asked from here.
    package init(_ node: DataNode, failing error: ClusterError, fromAccessNode: AccessNodeReach?) {
        self.init(node: node, state: State(error), fromAccessNode: fromAccessNode, error: error)
    }

    /// The state of the node as the access node sees it; nil if that is not known.
    package var stateFromAccessNode: State? {
        switch fromAccessNode {
        case .reached: .up
        case .hanging: .hanging
        case .unreached(let error):
            switch state {
            case .up, .refused: .refused
            case .down: Self.isTurnedAway(error) ? .refused : .down
            // The words are of any language: without those that tell of no server, one may be there.
            case .hanging, .interrupted: Self.hasWordsOfNoServer(error) ? .down : .refused
            }
        case .unknown, nil: nil
        }
    }

    /// The state of the node for the cluster. The access node's way counts, and not that tscl does not get in from here;
    /// but what a node does that has let tscl in is the node's.
    package var nodeState: State {
        if let error, !error.isOfOpening || error.isUnproved { return state }
        return stateFromAccessNode ?? state
    }

    /// Whether tscl's own way ended because the server did not prove what `sslmode` asks for. Then the access node,
    /// which may ask for less, does not make it up.
    package var isUnproved: Bool { error?.isUnproved == true }

    /// What is to be known of the ways that fail.
    package var remark: String? {
        switch (fromAccessNode?.error?.summary, message) {
        case (nil, nil): nil
        case (nil, let here?):
            nodeState == .up || isUnproved && stateFromAccessNode == .up
                ? "the access node reaches it; from here: \(here)" : here
        case (let there?, nil): "the access node does not reach it: \(there)"
        // One fault, seen from two places.
        case (let there?, let here?)
        where state == stateFromAccessNode && (state == .hanging || there.contains(here)):
            here
        case (let there?, let here?): "from here: \(here); from the access node: \(there)"
        }
    }

    /// The error of the way that counts; nil if the node is up.
    package var nodeError: ClusterError? { nodeState == .up ? nil : fromAccessNode?.error ?? error }

    /// The server is there, and does not let the access node in.
    private static func isTurnedAway(_ error: ClusterError) -> Bool {
        error.message.contains("FATAL:") || error.detail?.contains("FATAL:") == true
    }
}

extension Cluster {
    /// Asks nodes side by side, so that a slow node does not hold up the others, nor what comes behind.
    ///
    /// - Parameters:
    ///   - measures: whether the sizes of their databases are asked for, what moves of chunks have left there, and what their
    ///     compressed chunks come to.
    ///   - kept: connections to use, for who wants to know what the nodes are. One that is open already does not tell
    ///     whether a node lets one in.
    package func probe(
        _ nodes: [DataNode], timeout: Duration = .seconds(5), measures: Bool = false, keeping kept: KeptLinks? = nil
    ) async -> [Probe] {
        let own = limitedForQuestion(atMost: timeout)
        let answers = await onEach(nodes) { node throws(ClusterError) in
            await own.probe(node, timeout: timeout, measures: measures, keeping: kept)
        }
        var probes = answers.map { answer in
            var probe = answer.value ?? Probe(node: answer.item, state: .interrupted, error: answer.error)
            probe.milliseconds = answer.milliseconds
            return probe
        }
        let databases = probes.compactMap { probe in
            probe.server.map { (node: probe.node.name, server: $0, database: probe.node.database) }
        }
        let twins = Sharing.list(databases, ownServer: nil).filter(\.isDatabase)
        for index in probes.indices { probes[index].twin = twins.first { $0.node == probes[index].node.name }?.other }
        return probes
    }

    /// Asks nodes both ways at once: from here, and from the access node.
    package func probeBothWays(
        _ nodes: [DataNode], timeout: Duration = .seconds(5), measures: Bool = false
    ) async -> [Probe] {
        if let capabilities = try? await capabilities(), !capabilities.canPingWithTimeout {
            // The access node would wait for a node that hangs as long as that does, and could not be stopped.
            let probes = await probe(nodes, timeout: timeout / 2, measures: measures)
            let answering = probes.filter { $0.state != .hanging && $0.state != .interrupted }.map(\.node)
            return Self.joined(probes, await reachFromAccessNode(answering, within: timeout / 2))
        }
        async let reach = reachFromAccessNode(nodes, within: timeout)
        let probes = await probe(nodes, timeout: timeout, measures: measures)
        return Self.joined(probes, await reach)
    }

    private static func joined(_ probes: [Probe], _ reach: [String: AccessNodeReach]) -> [Probe] {
        probes.map { probe in
            var probe = probe
            probe.fromAccessNode = reach[probe.node.name]
            return probe
        }
    }

    /// - Parameters:
    ///   - address: another one, at which the node may be.
    ///   - kept: connections to its own address.
    package func probe(
        _ node: DataNode, at address: ServerAddress? = nil, timeout: Duration = .seconds(5), measures: Bool = false,
        keeping kept: KeptLinks? = nil
    ) async -> Probe {
        do throws(ClusterError) {
            var questions = measures ? [NodeState.size, RetryInterval.left] : []
            // The emulator has no hypertables on its data nodes.
            if measures, try await !server().isEmulated { questions.append(CompressedChunks.sum) }
            let look = {
                (_: any Link, state: NodeState, answers: [Result<QueryResult, ClusterError>])
                    async throws(ClusterError) in
                (state, answers.map { try? $0.get() })
            }
            let (state, measured) =
                if let kept, address == nil {
                    try await meeting(node, keeping: kept, timeout: timeout, asking: questions, look)
                } else {
                    try await meeting(node, at: address, timeout: timeout, asking: questions, look)
                }
            var probe = Probe(node: node, state: .up)
            probe.version = state.extensionVersion
            probe.serverVersion = state.serverVersion == 0 ? nil : state.serverVersion
            probe.isInRecovery = state.isInRecovery
            probe.server = state.server
            probe.inDoubt = state.inDoubt
            if measures {
                probe.bytes = measured.first??.value.flatMap { Int64($0) }
                probe.leftHaste = measured.dropFirst().first??.records.compactMap { $0["database"] ?? nil } ?? []
                probe.compressed = measured.dropFirst(2).first??.value
            }
            return probe
        } catch {
            return Probe(node: node, state: Probe.State(error), error: error)
        }
    }
}

extension Probe.State {
    /// The state of a node, judged by the error that came of asking it.
    package init(_ error: ClusterError) {
        self =
            switch error.kind {
            case .interrupted: .interrupted
            case .timedOut: .hanging
            case .passwordNeeded, .passwordRejected: .refused
            case .connectionFailed: error.isAnswered || error.isUnproved ? .refused : .down
            case .connectionLost: .down
            case .refused, .mismatched: .refused
            }
    }
}
