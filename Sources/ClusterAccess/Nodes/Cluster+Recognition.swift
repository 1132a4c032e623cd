package import MultiNode
import Postgres

/// Telling whether what answers at a data node's address is that node. System identifiers, the names of databases and
/// the membership in the cluster are alike on nodes that were made from one image, or have each other's address.
extension Cluster {
    /// Runs work over a direct connection to a data node, at the address that the access node has for it.
    ///
    /// - Parameters:
    ///   - timeout: for connecting and recognising; nil for the time that is left, or 5 seconds where there is no limit.
    ///   - work: gets the node's state too, which was read to recognise it.
    /// - Throws: if the server there is not that node of this cluster.
    package func meeting<Answer>(
        _ node: DataNode, timeout: Duration? = nil,
        _ work: (any Link, NodeState) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let timeout = timeout ?? (deadline == nil ? .seconds(5) : timeLeft)
        let end = ContinuousClock.now + timeout
        return try await asking(ServerAddress(node), timeout: timeout) { link throws(ClusterError) in
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            let meeting = try await recognise(node, on: link, timeout: left)
            if let mismatch = meeting.mismatch { throw ClusterError(mismatch, of: node) }
            guard let state = meeting.state else { throw ClusterError("the node did not say what it is") }
            return try await work(link, state)
        }
    }

    /// The same for work that needs no state.
    package func asking<Answer>(
        _ node: DataNode, timeout: Duration? = nil, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await meeting(node, timeout: timeout) { link, _ throws(ClusterError) in try await work(link) }
    }

    /// What answers over a link, and why it is not the node; nil where it is.
    package func recognise(
        _ node: DataNode, on link: any Link, timeout: Duration
    ) async throws(ClusterError) -> (state: NodeState?, mismatch: NodeMismatch?) {
        let cluster = try await server().distributedID
        let first: NodeState
        do throws(ClusterError) {
            first = try await state(expecting: node.contents, on: link, node.name, timeout: timeout)
        } catch {
            // A database without TimescaleDB lacks these tables, so it is not in the cluster. Other errors prove nothing.
            guard let state = error.sqlstate, ["42P01", "3F000"].contains(state) else { throw error }
            return (nil, .noCluster)
        }
        if try await isAccessNode(first) { return (first, .accessNode) }
        guard let theirs = first.cluster, theirs == cluster else {
            return (first, NodeMismatch(of: node, among: [], first, cluster: cluster))
        }
        let isWhole = node.contents.isSubset(of: first.contents)
        if isWhole, !node.contents.isEmpty || first.isBlank { return (first, nil) }
        // The node's chunks may have been dropped since the list was read; and it is worth a look whose these are.
        let known = try await knownContents()
        var current = node
        if let now = known.first(where: { $0.name == node.name }) { current.contents = now.contents }
        let all = known.reduce(into: current.contents) { $0.formUnion($1.contents) }
        let state = try await state(expecting: all, on: link, node.name, timeout: timeout)
        let others = known.filter { $0.name != node.name }
        return (state, NodeMismatch(of: current, among: others, state, cluster: cluster))
    }

    /// Asks through the access node whether what it reaches as these nodes are these nodes.
    ///
    /// - Throws: where one is not, before anything is changed there. One that is not reached is left to the command, which
    ///   does not reach it either and says what helps.
    package func prove(_ nodes: [DataNode]) async throws(ClusterError) {
        guard !nodes.isEmpty else { return }
        if await connection.transaction != .none { return try await prove(nodes, on: try await link()) }
        try await begin(.command)
        do throws(ClusterError) {
            try await prove(nodes, on: try await link())
            await rollBack()
        } catch {
            await rollBack()
            if error.sqlstate?.hasPrefix("08") == true {
                let unreached = nodes.firstIndex { $0.name == error.node } ?? nodes.endIndex - 1
                return try await prove(Array(nodes[(unreached + 1)...]))
            }
            guard error.kind == .mismatched else { throw error }
            // Its chunks may have been dropped since the list was read.
            let now = try await self.nodes().filter { node in nodes.contains { $0.name == node.name } }
            guard now.map(\.contents) != nodes.map(\.contents) else { throw error }
            try await prove(now)
        }
    }

    /// - Parameter link: to the access node, with a transaction open.
    package func prove(_ nodes: [DataNode], on link: any Link) async throws(ClusterError) {
        let capabilities = try await capabilities()
        guard let cluster = capabilities.distributedID else { return }
        for node in nodes {
            do throws(ClusterError) {
                try await send(NodeProof.statement(of: node, cluster: cluster, capabilities), on: link)
            } catch {
                var failure = error
                failure.node = node.name
                guard NodeProof.tellsOfMismatch(error.sqlstate) else { throw failure }
                throw ClusterError(
                    "what the access node reaches at \(node.place) is not the data node \(node.name)",
                    kind: .mismatched, node: node.name, remedy: "'check' tells where each node is; nothing was changed")
            }
        }
    }

    private func state(
        expecting contents: NodeContents, on link: any Link, _ name: String, timeout: Duration
    ) async throws(ClusterError) -> NodeState {
        let answer = try await send(NodeState.query(expecting: contents), on: link, node: name, timeout: timeout)
        return NodeState(row: answer.records.first ?? [:])
    }

    private func isAccessNode(_ state: NodeState) async throws(ClusterError) -> Bool {
        let own = try await server()
        guard let server = state.server, let ownServer = own.server else { return false }
        return server.isSame(as: ownServer) && state.database == own.database
    }

    /// What the access node has on each name of a node, even if there is no server of that name any more.
    private func knownContents() async throws(ClusterError) -> [(name: String, contents: NodeContents)] {
        try await nodes().map { ($0.name, $0.contents) } + lostNodes().map { ($0.name, $0.contents) }
    }

    /// The nodes of the catalog that are no servers any more.
    package func lostNodes() async throws(ClusterError) -> [LostNode] {
        try await send(LostNode.list).records.map { LostNode(row: $0) }
    }
}

extension ClusterError {
    init(_ mismatch: NodeMismatch, of node: DataNode) {
        self.init(mismatch.text(node), kind: .mismatched, node: node.name, remedy: mismatch.remedy(node))
    }
}
