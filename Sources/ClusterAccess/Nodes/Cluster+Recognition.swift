package import MultiNode
package import Postgres

/// Telling whether what answers at a data node's address is that node. System identifiers, the names of databases and
/// the membership in the cluster are alike on nodes that were made from one image, or have each other's address.
extension Cluster {
    /// Runs work over a direct connection to a data node, at the address that the access node has for it.
    ///
    /// - Parameters:
    ///   - address: another one, at which it may be.
    ///   - timeout: for connecting and recognising; nil for the time that is left, or 5 seconds where there is no limit.
    ///   - work: gets the node's state too, which was read to recognise it.
    /// - Throws: if the server there is not that node of this cluster.
    package func meeting<Answer>(
        _ node: DataNode, at address: ServerAddress? = nil, timeout: Duration? = nil,
        _ work: (any Link, NodeState) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await meeting(node, at: address, timeout: timeout, asking: []) { link, state, _ throws(ClusterError) in
            try await work(link, state)
        }
    }

    /// The same, with the answers to questions that go to the node in one round trip with what it is recognised by. They
    /// go to whatever server is there, so that they must change nothing.
    package func meeting<Answer>(
        _ node: DataNode, at address: ServerAddress? = nil, timeout: Duration? = nil, asking questions: [SQL],
        _ work: (any Link, NodeState, [Result<QueryResult, ClusterError>]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let timeout = timeout ?? timeToMeet
        let end = ContinuousClock.now + timeout
        return try await asking(address ?? ServerAddress(node), timeout: timeout) { link throws(ClusterError) in
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            let (state, answers) = try await met(node, on: link, within: left, asking: questions)
            Turn.noteAnswer()
            return try await work(link, state, answers)
        }
    }

    /// A direct connection to whatever server is at the address of a node, for a meeting over it.
    package func approach(_ node: DataNode, timeout: Duration) async throws(ClusterError) -> any Link {
        try await connection.openDirectly(ServerAddress(node), for: self, timeout: timeout)
    }

    /// The answers to questions that go to a node over a connection to its address, which is closed then.
    package func meeting(
        _ node: DataNode, over link: any Link, timeout: Duration, asking questions: [SQL]
    ) async throws(ClusterError) -> [Result<QueryResult, ClusterError>] {
        await connection.begin(asking: node.name)
        do throws(ClusterError) {
            let answers = try await closing(link) { link throws(ClusterError) in
                try await met(node, on: link, within: timeout, asking: questions).answers
            }
            await connection.end(asking: node.name)
            return answers
        } catch {
            await connection.end(asking: node.name)
            throw error
        }
    }

    /// How long connecting to a node and recognising it may take where nothing else is said.
    var timeToMeet: Duration { deadline == nil ? .seconds(5) : timeLeft }

    /// The state of the node, if it is what answers over a link, and the answers to questions.
    func met(
        _ node: DataNode, on link: any Link, within limit: Duration, asking questions: [SQL] = []
    ) async throws(ClusterError) -> (state: NodeState, answers: [Result<QueryResult, ClusterError>]) {
        let meeting = try await recognise(node, on: link, timeout: limit, asking: questions)
        if let mismatch = meeting.mismatch { throw ClusterError(mismatch, of: node) }
        guard let state = meeting.state else { throw ClusterError("the node did not say what it is") }
        // It is the node by all that it tells, and lacks what has not come to it yet. Rows that are compared, copied or
        // dropped must be those of the server that the access node writes to.
        if state.isInRecovery, await connection.isOwnWork { throw .isStandby(node) }
        return (state, meeting.answers)
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
        let (state, mismatch, _) = try await recognise(node, on: link, timeout: timeout, asking: [])
        return (state, mismatch)
    }

    private func recognise(
        _ node: DataNode, on link: any Link, timeout: Duration, asking questions: [SQL]
    ) async throws(ClusterError) -> (
        state: NodeState?, mismatch: NodeMismatch?, answers: [Result<QueryResult, ClusterError>]
    ) {
        let expected = node.foreignChunks.values.reduce(into: node.contents) { $0.formUnion(NodeContents(chunks: $1)) }
        var answers = try await ask(
            [NodeState.query(expecting: expected)] + questions, on: link, node: node.name, timeout: timeout)
        let state: NodeState
        do throws(ClusterError) {
            state = NodeState(row: try answers.removeFirst().get().records.first ?? [:])
        } catch {
            // A database without TimescaleDB lacks these tables, so it is not in the cluster. Other errors prove nothing.
            guard let state = error.sqlstate, ["42P01", "3F000"].contains(state) else { throw error }
            return (nil, .noCluster, [])
        }
        let (known, mismatch) = try await recognise(node, by: state, on: link, timeout: timeout)
        return (known, mismatch, answers)
    }

    /// - Parameter first: what the server told of itself.
    private func recognise(
        _ node: DataNode, by first: NodeState, on link: any Link, timeout: Duration
    ) async throws(ClusterError) -> (state: NodeState, mismatch: NodeMismatch?) {
        let cluster = try await server().distributedID
        let foreign = node.foreignChunks.map { (name: $0.key, contents: NodeContents(chunks: $0.value)) }
        if try await isAccessNode(first) { return (first, .accessNode) }
        let mismatch = NodeMismatch(of: node, among: foreign, first, cluster: cluster)
        guard let theirs = first.cluster, theirs == cluster else { return (first, mismatch) }
        let isWhole = node.contents.isSubset(of: first.contents)
        if mismatch == nil, isWhole, !node.contents.isEmpty || first.isBlank { return (first, nil) }
        // The node's chunks may have been dropped since the list was read; and it is worth a look whose these are.
        let known = try await knownContents()
        var current = node
        current.contents = known.first { $0.name == node.name }?.contents ?? NodeContents()
        let all = known.reduce(into: current.contents) { $0.formUnion($1.contents) }
        let state = try await state(expecting: all, on: link, node.name, timeout: timeout)
        let others = known.filter { $0.name != node.name }
        let found = NodeMismatch(of: current, among: others, state, cluster: cluster)
        if case .otherNode(let name) = found, current.contents.chunks.isEmpty,
            try await isElsewhere(name, than: state)
        {
            return (state, nil)
        }
        return (state, found)
    }

    /// The node whose data a database has that is to become one; nil if it has none's.
    ///
    /// - Parameter name: of the candidate.
    package func holder(of link: any Link, _ name: String) async throws(ClusterError) -> String? {
        let known = try await knownContents()
        let all = known.reduce(into: NodeContents()) { $0.formUnion($1.contents) }
        let state = try await state(expecting: all, on: link, name, timeout: .seconds(5))
        let nobody = DataNode(name: name, host: "", database: "")
        guard case .otherNode(let holder) = NodeMismatch(of: nobody, among: known, state, cluster: state.cluster) else {
            return nil
        }
        return holder
    }

    /// Whether a node is at its own address, and that is another database. Then what another one has of it is what is
    /// left there of replicas.
    private func isElsewhere(_ name: String, than state: NodeState) async throws(ClusterError) -> Bool {
        guard let other = try await nodes().first(where: { $0.name == name }), let server = state.server else {
            return false
        }
        let own = limited(to: remaining(atMost: .seconds(2)))
        let theirs = try? await own.asking(ServerAddress(other)) { link throws(ClusterError) in
            try await own.state(expecting: other.contents, on: link, name, timeout: .seconds(2))
        }
        guard let theirs, let theirServer = theirs.server, theirs.contents == other.contents else { return false }
        return !theirServer.isSame(as: server) || theirs.database != state.database
    }

    private func state(
        expecting contents: NodeContents, on link: any Link, _ name: String, timeout: Duration
    ) async throws(ClusterError) -> NodeState {
        let answer = try await send(NodeState.query(expecting: contents), on: link, node: name, timeout: timeout)
        return NodeState(row: answer.records.first ?? [:])
    }

    /// Whether it is the access node, or a clone or standby of it.
    private func isAccessNode(_ state: NodeState) async throws(ClusterError) -> Bool {
        if state.isAccessNode { return true }
        let own = try await server()
        guard let server = state.server, let ownServer = own.server else { return false }
        return server.isSame(as: ownServer) && state.database == own.database
    }

    /// What the access node has on each name of a node, even if there is no server of that name any more.
    private func knownContents() async throws(ClusterError) -> [(name: String, contents: NodeContents)] {
        guard await connection.transaction != .none else {
            let link = try await link()
            return try await knownContents(on: link)
        }
        // What an open transaction has made is on the nodes for nobody else to see.
        return try await aside { link throws(ClusterError) in try await knownContents(on: link) }
    }

    private func knownContents(
        on link: any Link
    ) async throws(ClusterError) -> [(name: String, contents: NodeContents)] {
        let nodes = try await send(DataNode.list, on: link).records.map { DataNode(row: $0) }
        let lost = try await send(LostNode.list, on: link).records.map { LostNode(row: $0) }
        return nodes.map { ($0.name, $0.contents) } + lost.map { ($0.name, $0.contents) }
    }

    /// The nodes of the catalog that are no servers any more.
    package func lostNodes() async throws(ClusterError) -> [LostNode] {
        try await send(LostNode.list).records.map { LostNode(row: $0) }
    }
}

extension ClusterError {
    fileprivate static func isStandby(_ node: DataNode) -> ClusterError {
        ClusterError(
            "what answers tscl as \(node.name) is a standby, which may lack rows that the node has", kind: .mismatched,
            node: node.name,
            remedy: """
                tscl has to reach the server that the access node writes to: see whom \(node.host) and port \(node.port) lead \
                to from here, and from the access node; 'node alter \(Quoting.word(node.name)) --host HOST' gives it another address
                """)
    }

    init(_ mismatch: NodeMismatch, of node: DataNode) {
        self.init(mismatch.text(node), kind: .mismatched, node: node.name, remedy: mismatch.remedy(node))
    }
}
