import ClusterAccess
import MultiNode

/// Tells of which data node a failure is, where the access node tells only that something was not reached or not in time.
/// So the nodes are asked, from here too, within a time of its own: the command's may be over.
struct UnreachedNodeAdvice {
    private static let unableToConnect = "08001"

    private let cluster: Cluster
    /// Who wants an answer soon does not wait long for the reason that there is none.
    private let limit: Duration

    init(_ context: CommandContext) {
        limit = min(.seconds(2), max(.milliseconds(500), context.settings.timeout ?? .seconds(2)))
        cluster = context.cluster.limited(to: limit)
    }

    /// The failure, with what the nodes themselves answer; others are unchanged.
    func advising(_ failure: Failure) async -> Failure {
        if let advised = await advisingOfMode(failure) { return advised }
        if let advised = await advisingOfOne(failure) { return advised }
        guard failure.node == nil, !Task.isCancelled, failure.status != .noConnection, mayBeOfANode(failure) else {
            return failure
        }
        guard case .nodes(let probes) = await cluster.silence(within: limit), !probes.isEmpty else {
            return failure
        }
        return Self.naming(probes, in: failure)
    }

    /// Whether a node may be at the bottom of it, which the message does not name.
    private func mayBeOfANode(_ failure: Failure) -> Bool {
        failure.isTimedOut || failure.sqlstate == "XX000" && failure.remedy?.hasPrefix(Remedy.someNodeStopped) == true
            || failure.sqlstate?.hasPrefix("08") == true && Remedy.unreached(inMessage: failure.message) == nil
    }

    private static func naming(_ probes: [Probe], in failure: Failure) -> Failure {
        var result = failure
        let faults = [
            (Probe.State.hanging, "does not answer", "do not answer"), (.down, "is down", "are down"),
            (.refused, "opens no session", "open no session"),
        ].compactMap { state, one, several -> String? in
            let names = probes.filter { $0.nodeState == state }.map(\.node.name)
            guard !names.isEmpty else { return nil }
            return "\(names.listed) \(names.count == 1 ? one : several)"
        }
        result.message = failure.message(adding: faults.joined(separator: "; "))
        if probes.count == 1, let probe = probes.first {
            result.node = probe.node.name
            result.detail = failure.detail ?? probe.remark
        }
        let advice = advice(probes)
        result.remedy = failure.remedy.map { "\(advice)\n\($0)" } ?? advice
        return result
    }

    private static func advice(_ probes: [Probe]) -> String {
        guard probes.count == 1, let probe = probes.first else {
            return "'node ping' tells more; 'node disable NODE' lets reads go to other replicas"
        }
        if probe.nodeState == .refused, let error = probe.error, error.refusal != nil || error.isUnproved,
            let remedy = error.remedy
        {
            return remedy
        }
        if probe.nodeState == .refused, let error = probe.nodeError, let refusal = error.refusal {
            return refusal.advice(node: probe.node.name, message: error.message)
        }
        let word = Quoting.word(probe.node.name)
        return "'node ping \(word)' tells more; until it is up, 'node disable \(word)' lets reads go to other replicas"
    }

    /// The advice where the access node has no password because libpq passes its passfile by; nil for another failure.
    private func advisingOfMode(_ failure: Failure) async -> Failure? {
        let text = "\(failure.message)\n\(failure.detail ?? "")"
        guard failure.sqlstate == Self.unableToConnect, !Task.isCancelled, text.contains("no password supplied"),
            let passfile = try? await cluster.passfile(), passfile.isIgnored, let path = passfile.path
        else { return nil }
        var result = failure
        result.remedy = ReachCheck.modeFirst(path, text) + "'role passfile ROLE' shows the line that it needs"
        return result
    }

    /// The advice about a node that the access node names, and could not connect to; nil if it names none. It passes on
    /// the words of that node's server and no SQLSTATE.
    private func advisingOfOne(_ failure: Failure) async -> Failure? {
        guard failure.sqlstate == Self.unableToConnect, let name = Remedy.unreached(inMessage: failure.message),
            failure.remedy == Remedy.nodeMayBeDown(name), await cluster.connection.transaction == .none,
            let nodes = try? await cluster.nodes()
        else { return nil }
        var result = failure
        guard let node = nodes.first(where: { $0.name == name }) else {
            result.remedy = "check that the server runs at that address, and that it lets the access node in"
            return result
        }
        let probe = await cluster.probe(node, timeout: limit)
        if probe.state == .up {
            result.remedy = """
                from here it answers, so it is the access node that it does not let in: for its password \
                ('role passfile'; 'role map'), its role ('role check'), its address (pg_hba.conf there), or the address that \
                the access node has for it
                """
        } else if probe.error?.refusal != nil {
            result.remedy = probe.error?.remedy
        }
        return result
    }
}

extension Failure {
    /// The message with what else is known: that it is the cause is likely, and not certain.
    fileprivate func message(adding fact: String) -> String {
        let limit = "no answer within the time limit"
        if let range = message.firstRange(of: limit) {
            return "\(message[..<range.upperBound]), and \(fact)\(message[range.upperBound...])"
        }
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        lines[0] += "; \(fact)"
        return lines.joined(separator: "\n")
    }
}
