package import MultiNode
import Postgres

/// The data nodes as they were read a moment ago.
struct KnownNodes: Sendable {
    let nodes: [DataNode]
    /// What was registered before they were read: a change behind it is seen the next time. Nil where it was not asked.
    let registrations: [[String?]]?
    private let since = ContinuousClock.now

    init(_ nodes: [DataNode], registrations: [[String?]]?) {
        (self.nodes, self.registrations) = (nodes, registrations)
    }

    /// Whether they were read less than so long ago: what they hold changes without a sign.
    func areRecent(_ longest: Duration) -> Bool { since.duration(to: .now) < longest }
}

extension Cluster {
    /// The data nodes, for who goes to them by name and address. These are as the access node has them now; what the nodes
    /// hold, by which they are known, may be as it was a moment ago.
    package func knownNodes() async throws(ClusterError) -> [DataNode] {
        let known = await connection.knownNodes.flatMap { $0.areRecent(connection.kept.longestIdle) ? $0 : nil }
        if let known, let registrations = known.registrations,
            try await send(DataNode.registrations).rows == registrations
        {
            return known.nodes
        }
        // Who asks a second time asks again.
        let questions = known == nil ? [DataNode.list] : [DataNode.registrations, DataNode.list]
        let (server, answers) = try await connection.capabilities(for: self, with: questions)
        if let refusal = server.refusal { throw ClusterError(refusal) }
        var rows: [[[String?]]] = []
        for answer in answers.dropLast() { rows.append(try answer.get().rows) }
        let nodes = try answers[answers.count - 1].get().nodes
        await connection.note(KnownNodes(nodes, registrations: rows.first))
        return nodes
    }
}
