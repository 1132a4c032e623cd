package import MultiNode
package import Postgres

/// Lists that the access node keeps about its cluster.
extension Cluster {
    /// The data nodes according to the access node, by name.
    package func nodes() async throws(ClusterError) -> [DataNode] {
        try await nodes(with: []).nodes
    }

    /// The data nodes, with the answers to questions that go to the access node in the same round trip.
    package func nodes(
        with questions: [SQL]
    ) async throws(ClusterError) -> (nodes: [DataNode], answers: [Result<QueryResult, ClusterError>]) {
        let (server, nodes, answers) = try await serverAndNodes(with: questions)
        if let refusal = server.refusal { throw ClusterError(refusal) }
        return (nodes, answers)
    }

    /// What the server can do and its data nodes, in one round trip with the answers to other questions; neither nodes nor
    /// answers if it can't have data nodes.
    package func serverAndNodes(
        with questions: [SQL] = []
    ) async throws(ClusterError) -> (
        server: Capabilities, nodes: [DataNode], answers: [Result<QueryResult, ClusterError>]
    ) {
        var (server, answers) = try await connection.capabilities(for: self, with: [DataNode.list] + questions)
        guard server.refusal == nil else { return (server, [], []) }
        let nodes = try answers.removeFirst().get().nodes
        return (server, nodes, answers)
    }

    /// The distributed hypertables.
    package func hypertables() async throws(ClusterError) -> [Hypertable] {
        // What has no multi-node says so.
        _ = try await capabilities()
        return try await send(Hypertable.list).records.map { Hypertable(row: $0) }
    }

    package func jobs() async throws(ClusterError) -> [Job] {
        let capabilities = try await capabilities()
        return try await send(Job.list(capabilities)).records.map { Job(row: $0) }
    }

    /// The healing job, if there is one.
    package func healingJob() async throws(ClusterError) -> Job? {
        let procedure = HealingJob.procedure(try await capabilities())
        return try await jobs().first { $0.procedure == procedure }
    }

    /// The roles of the access node.
    package func roles() async throws(ClusterError) -> [DatabaseRole] {
        _ = try await capabilities()
        return try await send(DatabaseRole.list).roles
    }

    /// The nodes that each role may use by its own grants, by role; grants to PUBLIC are left out.
    package func nodeGrants() async throws(ClusterError) -> [String: [String]] {
        let pairs = try await send(NodeGrants.list).records.compactMap { row in
            row["grantee"].flatMap { $0 }.flatMap { grantee in row["node"].flatMap { $0 }.map { (grantee, [$0]) } }
        }
        return Dictionary(pairs, uniquingKeysWith: +)
    }

    /// What the access node knows about transactions prepared on data nodes: which of them to commit, and which
    /// transactions are in progress.
    package func verdicts(
        on gids: [String]
    ) async throws(ClusterError) -> (committed: Set<String>, snapshot: TransactionSnapshot) {
        let (committed, snapshot, _) = try await verdicts(on: gids, with: [])
        return (committed, snapshot)
    }

    /// The same, with the answers to questions that go there in the same round trip.
    package func verdicts(
        on gids: [String], with questions: [SQL]
    ) async throws(ClusterError) -> (
        committed: Set<String>, snapshot: TransactionSnapshot, answers: [Result<QueryResult, ClusterError>]
    ) {
        // The log is read behind the snapshot: what commits between the two is in the log. Read before it, that would be
        // neither in the log nor in progress, as if it had been undone.
        let answers = try await ask(
            [TransactionSnapshot.query, InDoubtTransaction.committed(among: gids)] + questions)
        guard let snapshot = TransactionSnapshot(try answers[0].get().value ?? "") else {
            throw ClusterError("the access node did not say which transactions are in progress")
        }
        let log = try answers[1].get()
        return (Set(log.records.compactMap { $0["gid"].flatMap { $0 } }), snapshot, Array(answers.dropFirst(2)))
    }

    /// The transactions that are prepared on a data node.
    package func prepared(
        on link: any Link, _ node: String, timeout: Duration
    ) async throws(ClusterError) -> [InDoubtTransaction] {
        try await send(InDoubtTransaction.list, on: link, node: node, timeout: timeout)
            .records.map { InDoubtTransaction(row: $0) }
    }

    /// The SCRAM verifier of a password, which is sent instead of the password.
    package func verifier(_ password: String, user: String) async throws(ClusterError) -> String {
        let link = try await link()
        do throws(PostgresError) {
            return try await link.encryptPassword(password, user: user)
        } catch {
            throw ClusterError(error)
        }
    }
}

extension QueryResult {
    /// The data nodes, of ``DataNode/list``.
    var nodes: [DataNode] { records.map { DataNode(row: $0) }.toldApart }
}
