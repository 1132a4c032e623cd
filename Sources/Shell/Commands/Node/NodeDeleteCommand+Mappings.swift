import ClusterAccess
import MultiNode

/// A node's user mappings, where its database goes with it.
extension NodeDeleteCommand {
    /// The mappings go before the database, because that is dropped in no transaction; so the access node has to get in
    /// without the one of this role, as the same role, to drop it.
    func refuseWhereItNeedsMapping(
        _ nodes: [DataNode], _ mappings: UserMappings, _ cluster: Cluster
    ) async throws {
        let user = try await cluster.capabilities().user
        for node in nodes {
            guard let entry = mappings.effective(for: user, on: node.name) else { continue }
            let word = Quoting.word(node.name)
            var failure = Failure(
                "the access node goes to \(node.name) by \(RolePassword.told([entry])), which can't outlast the database there"
            )
            let byHand = "'node delete \(word)', and then drop the database on its server"
            if let login = entry.login, login != user {
                failure.message += ": without it \(user) is not \(login) there"
                failure.remedy = byHand
                throw failure
            }
            let reach = await cluster.reachFromAccessNode(
                [node], behind: mappings.removal(from: node.name), within: .seconds(5))
            switch reach[node.name] {
            case .reached: continue
            case .unreached(let error), .hanging(let error):
                failure.message += "; without it \(user) does not get in: \(error.cause)"
                let isMendedByLine = error.cause.contains("no password supplied")
                // A line is written where no mapping has the password.
                let line =
                    "'role unmap \(Quoting.word(entry.role ?? "public")) --on \(word)' and then 'role passfile "
                    + "\(Quoting.word(user)) --write --password-prompt' let it in by its passfile; else "
                failure.remedy = (isMendedByLine ? line : "") + byHand
            case .unknown(let reason):
                failure.message += "; whether \(user) gets in without it is not known: \(reason)"
                failure.remedy = byHand
            case nil: failure.remedy = byHand
            }
            failure.node = node.name
            throw failure
        }
    }

    /// What is gone of the mappings of a node that is still there.
    func lookingForMappings(
        _ mappings: UserMappings, of node: String?, after failure: Failure, in cluster: Cluster
    ) async -> Failure {
        let before = mappings.entries.filter { $0.node == node }
        guard !before.isEmpty, let now = try? await cluster.userMappings() else { return failure }
        let gone = before.filter { now.entry(of: $0.role, on: $0.node) == nil }
        guard !gone.isEmpty else { return failure }
        var failure = failure
        failure.done.append("removed: \(RolePassword.told(gone))")
        failure.mayHaveChanged = true
        if failure.status == .failed { failure.status = .partial }
        return failure
    }
}
