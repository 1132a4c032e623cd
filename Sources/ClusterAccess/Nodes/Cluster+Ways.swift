package import MultiNode
import Postgres

extension Cluster {
    /// The ways to nodes from here.
    package func waysFromHere(to nodes: [DataNode], as role: String, within limit: Duration) async -> [Way] {
        await probe(nodes, timeout: limit).map { probe in
            let error = probe.error ?? .interrupted
            let reach: AccessNodeReach =
                switch probe.state {
                case .up: .reached
                case .hanging: .hanging(error)
                case .down, .refused: .unreached(error)
                case .interrupted: .unknown(error.summary)
                }
            return Way(.here, to: probe.node, as: role, reach, milliseconds: probe.milliseconds)
        }
    }

    /// The ways of the access node's roles to nodes.
    ///
    /// - Parameters:
    ///   - users: which role goes to which nodes.
    ///   - own: the role of the session, which needs not become another one.
    package func waysFromAccessNode(
        of users: [(role: String, nodes: [DataNode])], own: String, within limit: Duration
    ) async -> [Way] {
        let answers = await sideBySide(users, named: \.role, parallel: 4, patience: nil) {
            user throws(ClusterError) in
            await visits(
                to: user.nodes, behind: user.role == own ? [] : [NodeUsers.become(user.role)], within: limit,
                sessions: 3)
        }
        return answers.flatMap { answer in
            answer.item.nodes.map { node in
                let visit = answer.value?[node.name] ?? AccessNodeVisit(reach: .unknown("interrupted"))
                return Way(
                    .accessNode, to: node, as: answer.item.role, visit.reach, milliseconds: visit.milliseconds)
            }
        }
    }

    /// The ways from node to node that copies of chunks take. Each node is asked directly, never through the access node,
    /// whose distributed transaction would commit what only tries.
    ///
    /// - Parameters:
    ///   - pairs: from which node to which.
    ///   - role: the role of the session.
    package func waysBetween(
        _ pairs: [(from: DataNode, to: DataNode)], as role: String, within limit: Duration
    ) async throws(ClusterError) -> [Way] {
        guard !pairs.isEmpty else { return [] }
        guard try await capabilities().isSuperuser else {
            let reach = AccessNodeReach.unknown("only a superuser can have one node connect to another")
            return pairs.map { Way(.node($0.from.name), to: $0.to, as: role, reach) }
        }
        let mappings = try await userMappings()
        let remotes = Set(pairs.map { mappings.name(of: role, on: $0.to.name) ?? role }).sorted()
        let passage = NodePassage(
            try await send(NodePassage.additions(for: remotes)).records,
            passwords: try await send(NodePassage.passwords).records)
        let quiet = self.quiet
        let answers = await quiet.sideBySide(pairs, named: { "\($0.from.name) to \($0.to.name)" }, parallel: 8) {
            pair throws(ClusterError) in
            let remote = mappings.name(of: role, on: pair.to.name) ?? role
            return await quiet.reach(pair.to, from: pair.from, as: remote, passage, within: limit)
        }
        return answers.map { answer in
            Way(
                .node(answer.item.from.name), to: answer.item.to, as: role, answer.value ?? .unknown("interrupted"),
                milliseconds: answer.milliseconds)
        }
    }

    private func reach(
        _ node: DataNode, from start: DataNode, as remote: String, _ passage: NodePassage, within limit: Duration
    ) async -> AccessNodeReach {
        guard let visit = passage.visit(node, as: remote) else {
            return .unknown("not tried: its user mapping has a password, which would be in a statement")
        }
        let limited = limited(to: limit)
        do throws(ClusterError) {
            try await limited.asking(start, timeout: limit) { link throws(ClusterError) in
                for sql in ["BEGIN", NodePassage.quietly, visit, "ROLLBACK"] as [SQL] {
                    try await limited.send(sql, on: link, node: start.name)
                }
            }
            return .reached
        } catch {
            if error.isOfOpening || error.kind == .mismatched || error.kind == .connectionLost {
                return .unknown("\(start.name) can't be asked from here: \(error.summary)")
            }
            switch error.kind {
            case .timedOut: return .hanging(error)
            case .interrupted: return .unknown(error.summary)
            // What comes of the way to the other node; all else is of the node that was asked.
            default: return error.sqlstate?.hasPrefix("08") == true ? .unreached(error) : .unknown(error.summary)
            }
        }
    }
}
