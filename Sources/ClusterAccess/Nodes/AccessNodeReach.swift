package import MultiNode
import Postgres

/// Whether the access node reaches a data node. Everything that the cluster does goes that way; tscl's own direct way
/// there is another, with another role's rights, password and network.
package enum AccessNodeReach: Sendable {
    case reached
    case unreached(ClusterError)
    /// It did not answer the access node within the time limit.
    case hanging(ClusterError)
    /// The access node could not be asked, for this reason, or does not go there.
    case unknown(String)

    package var error: ClusterError? {
        switch self {
        case .unreached(let error), .hanging(let error): error
        case .reached, .unknown: nil
        }
    }
}

/// What came of the access node's going to a data node.
struct AccessNodeVisit: Sendable {
    var reach: AccessNodeReach
    /// Nil if it did not go there.
    var milliseconds: Double?
}

extension Cluster {
    /// Asks the access node whether it reaches nodes, over sessions of their own, so that neither a transaction of the
    /// session's nor a node that hangs is in the way of anything else.
    ///
    /// One statement asks for several nodes, one after the other; of many nodes each of several sessions asks for a part.
    /// Only those that are not found reached are asked for once more, each by itself and side by side, to be told why.
    ///
    /// - Parameters:
    ///   - role: as which it goes there; nil for the one of the connection.
    ///   - removal: of user mappings, to find out whether it would get there without them; it is rolled back.
    ///   - limit: for the whole.
    ///   - patience: how long each has to answer.
    /// - Returns: the answers, by node.
    package func reachFromAccessNode(
        _ nodes: [DataNode], as role: String? = nil, behind removal: [SQL] = [], within limit: Duration,
        each patience: Duration = usualPing
    ) async -> [String: AccessNodeReach] {
        await visits(
            to: nodes, behind: removal + (role.map { [NodeUsers.become($0)] } ?? []), within: limit, each: patience
        ).mapValues(\.reach)
    }

    /// How long a node has to answer the access node.
    package static var usualPing: Duration { .seconds(1) }

    /// The same, with the time that each took.
    ///
    /// - Parameters:
    ///   - preparation: what makes the transaction, which is rolled back, the one to ask in.
    ///   - sessions: the most at once.
    func visits(
        to nodes: [DataNode], behind preparation: [SQL] = [], within limit: Duration,
        each patience: Duration = usualPing,
        sessions: Int = 15
    ) async -> [String: AccessNodeVisit] {
        let limit = remaining(atMost: limit)
        var answers: [String: AccessNodeVisit] = [:]
        let available = nodes.filter(\.isAvailable)
        for node in nodes where !node.isAvailable {
            let reason = "it is marked unavailable, and so the access node does not go there"
            answers[node.name] = AccessNodeVisit(reach: .unknown(reason))
        }
        guard !available.isEmpty else { return answers }
        let own = Cluster(connection, listener: QuietListener(listener), deadline: limited(to: limit).deadline)
        let capabilities: Capabilities
        do throws(ClusterError) {
            capabilities = try await own.capabilities()
        } catch {
            for node in available { answers[node.name] = AccessNodeVisit(reach: .unknown(error.summary)) }
            return answers
        }
        let (pinged, asked) = await own.ping(
            available, behind: preparation, limit: limit, each: patience, sessions: sessions, capabilities)
        answers.merge(pinged) { $1 }
        let rest = available.filter { answers[$0.name] == nil }
        // Of a node that was given no time nothing is known: it was not asked.
        guard own.remaining(atMost: limit) > limit / 10 else {
            for node in rest { answers[node.name] = AccessNodeVisit(reach: .unknown("no time was left to ask it")) }
            return answers
        }
        let visits = await own.sideBySide(rest, named: \.name, parallel: sessions, patience: nil) {
            node throws(ClusterError) in
            await own.visit(
                node, behind: preparation, limit: limit, each: patience, pingsFirst: !asked.contains(node.name),
                capabilities)
        }
        for visit in visits {
            answers[visit.item.name] = AccessNodeVisit(
                reach: visit.value ?? .unknown("interrupted"), milliseconds: visit.milliseconds)
        }
        return answers
    }

    /// For so many nodes another session is worth its making.
    private static let nodesPerSession = 16

    /// The same over several sessions; what one of them does not tell is left out.
    ///
    /// - Returns: besides, which nodes those that answered have asked.
    private func ping(
        _ nodes: [DataNode], behind preparation: [SQL], limit: Duration, each patience: Duration, sessions: Int,
        _ capabilities: Capabilities
    ) async -> (visits: [String: AccessNodeVisit], asked: Set<String>) {
        let count = max(1, min(sessions, (nodes.count + Self.nodesPerSession - 1) / Self.nodesPerSession))
        let parts = (0..<count).map { part in nodes.indices.filter { $0 % count == part }.map { nodes[$0] } }
        let answers = await sideBySide(parts, named: { $0.map(\.name).joined(separator: ", ") }, parallel: count) {
            part throws(ClusterError) in
            try await ping(part, behind: preparation, limit: limit, each: patience, capabilities)
        }
        var (visits, asked): ([String: AccessNodeVisit], Set<String>) = ([:], [])
        for answer in answers {
            guard let part = answer.value ?? nil else { continue }
            visits.merge(part) { $1 }
            asked.formUnion(answer.item.map(\.name))
        }
        return (visits, asked)
    }

    /// - Returns: the nodes that are reached or hang; the reason why another is not reached is still to be asked for.
    private func ping(
        _ nodes: [DataNode], behind preparation: [SQL], limit: Duration, each patience: Duration,
        _ capabilities: Capabilities
    ) async throws(ClusterError) -> [String: AccessNodeVisit]? {
        let time = min(patience, limit / 2)
        let milliseconds = max(1, Int(time.milliseconds))
        guard let ping = NodeReach.ping(nodes.map(\.name), limit: milliseconds, capabilities) else { return nil }
        let rows = try await aside { link throws(ClusterError) in
            // Each that hangs takes its time.
            let limit = max(time + time / 2, limit * 3 / 4)
            if preparation.isEmpty { return try await send(ping, on: link, timeout: limit).records }
            return try await askRolledBack(ping, behind: preparation, on: link, timeout: limit).records
        }
        var answers: [String: AccessNodeVisit] = [:]
        for row in rows {
            guard let node = row["node"].flatMap({ $0 }) else { continue }
            let took = row["ms"].flatMap { $0 }.flatMap { Double($0) }
            if row["reached"] == "t" {
                answers[node] = AccessNodeVisit(reach: .reached, milliseconds: took)
            } else if let took, took > time.milliseconds * 0.9 {
                let message = "no answer to the access node within \(milliseconds) ms"
                answers[node] = AccessNodeVisit(
                    reach: .hanging(ClusterError(message, kind: .timedOut)), milliseconds: took)
            }
        }
        return answers
    }

    /// Has the access node go to one node.
    ///
    /// - Parameter pingsFirst: whether to leave out a node that hangs: in it the access node's session would stay, in
    ///   some versions for as long as it hangs.
    private func visit(
        _ node: DataNode, behind preparation: [SQL], limit: Duration, each patience: Duration, pingsFirst: Bool,
        _ capabilities: Capabilities
    ) async -> AccessNodeReach {
        if pingsFirst,
            let found = try? await ping(
                [node], behind: preparation, limit: limit, each: patience, capabilities)?[node.name]
        {
            return found.reach
        }
        do throws(ClusterError) {
            try await aside { link throws(ClusterError) in
                _ = try await askRolledBack(
                    NodeReach.visit(node.name, capabilities), behind: preparation, on: link)
            }
            return .reached
        } catch {
            return Self.reach(after: error)
        }
    }

    private static func reach(after error: ClusterError) -> AccessNodeReach {
        if error.kind == .interrupted || error.isAccessNodeUnreachable { return .unknown(error.summary) }
        if error.kind == .timedOut { return .hanging(error) }
        // What comes of the way to the node, and what the node itself says, which has its name in front. All else, such
        // as the lack of a right to ask, is of the access node.
        let isOfTheWay = error.sqlstate?.hasPrefix("08") == true || error.node != nil
        return isOfTheWay ? .unreached(error) : .unknown(error.summary)
    }
}
