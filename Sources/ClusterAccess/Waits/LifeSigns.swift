import MultiNode
import Postgres

/// What came of asking data nodes for a sign of life.
struct LifeSigns: Sendable {
    /// Those that gave none: they did not answer what they were asked, nor then a question that costs a server next to
    /// nothing, for which even one that has too much to do has time.
    var silent: [Probe] = []
    /// Those that answer, and not what they were asked in the time that it should take.
    var late: [Probe] = []
    /// Those whose servers are starting, or going away: they let nobody in so far.
    var starting: [Probe] = []
    /// Why nodes could not be asked, where it is the access node that gives no sign of life.
    var accessNode: ClusterError?

    /// How long a node has for a question that costs it next to nothing.
    static let patience: Duration = .seconds(4)
}

extension Cluster {
    /// Asks nodes for a sign of life: only one that was itself asked, and that has given none for long enough, is silent.
    ///
    /// - Parameters:
    ///   - bothWays: whether the access node is asked, too, whose way counts.
    ///   - limit: for what they are asked at first.
    func lifeSigns(of nodes: [DataNode], bothWays: Bool = false, within limit: Duration) async -> LifeSigns {
        await lifeSigns(
            behind: bothWays ? await probeBothWays(nodes, timeout: limit) : await probe(nodes, timeout: limit))
    }

    /// Asks those once more for a sign of life that gave none: what keeps a node from being asked is not its silence, and a
    /// machine that has too much to do takes seconds to begin a session.
    ///
    /// - Parameter probes: what all of the nodes answered at first.
    func lifeSigns(
        behind probes: [Probe], patience: Duration = LifeSigns.patience
    ) async -> LifeSigns {
        var signs = LifeSigns()
        signs.accessNode = probes.lazy.compactMap(\.error).first(where: \.isOfAccessNode)
        signs.starting = probes.filter { $0.nodeState == .refused && $0.isStarting }
        let doubtful = probes.filter { [.hanging, .down].contains($0.nodeState) }
        let unanswered = doubtful.filter { $0.error?.node == $0.node.name }
        // These have answered here: it is the access node's way to them that wants more patience.
        let unreached = doubtful.filter { $0.error == nil }
        guard !(unanswered.isEmpty && unreached.isEmpty), !Task.isCancelled else { return signs }
        async let answering = connection.answering(among: unanswered.map(\.node), within: patience)
        let reach =
            unreached.isEmpty
            ? [:]
            : await limited(to: patience * 2).reachFromAccessNode(
                unreached.map(\.node), within: patience * 2, each: patience)
        signs.silent = unreached.filter { if case .hanging = reach[$0.node.name] { true } else { false } }
        if let answering = await answering, !Task.isCancelled {
            signs.silent += unanswered.filter { !answering.contains($0.node.name) }
            signs.late = unanswered.filter { answering.contains($0.node.name) && $0.nodeState == .hanging }
        }
        signs.silent.sort { $0.node.name < $1.node.name }
        return signs
    }
}

extension ClusterError {
    /// Whether it tells that the access node gives no sign of life, or that tscl has no session of it any more.
    fileprivate var isOfAccessNode: Bool {
        guard node == nil, !isAnswered else { return false }
        return switch kind {
        case .connectionFailed, .connectionLost: true
        case .refused, .timedOut: isAccessNodeUnreachable
        case .interrupted, .mismatched, .passwordNeeded, .passwordRejected: false
        }
    }
}
