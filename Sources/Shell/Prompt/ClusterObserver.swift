import ClusterAccess
import MultiNode
import Platform

/// The number of data nodes that answer, and of all.
struct NodeCount: Sendable, Equatable {
    var answering: Int
    var all: Int
}

/// Watches the cluster in the background over its own connection, so that prompt, Tab and commands never wait for it.
///
/// It looks after a change, and else after some seconds: a command that asks nobody makes no connection either.
@LoopActor final class ClusterObserver {
    nonisolated init() {}

    private struct View: Sendable {
        var names = CompletionNames()
        var nodes: NodeCount?
    }

    /// What the cluster has to be looked at for again.
    private struct Occasion: Equatable {
        let changes: Int
        let isConnected: Bool
    }

    /// How long the prompt waits for the nodes to be counted, so that it is not drawn twice where they are few and near.
    private static let grace: Duration = .milliseconds(10)
    private static let patience: Duration = .seconds(1)
    /// How long what was seen counts.
    private static let freshness: Duration = .seconds(5)

    private nonisolated let view = Lock(View())
    private var link: (any Link)?
    private var target: ClusterTarget?
    /// The last known capabilities. The session forgets its own at each change of the cluster; for names, old ones do.
    private var capabilities: Capabilities?
    private var observation: Task<Void, Never>?
    /// Whether the cluster is to be looked at again behind the observation in progress, because of what came since.
    private var isOutdated = false
    /// Whether the nodes are still to be counted in the observation in progress.
    private var isCounting = false
    /// Who waits for that.
    private var waiting: Set<EventLoop.WaitID> = []
    /// Whether the last look took longer than the prompt waits.
    private var isSlow = false
    private var last: (occasion: Occasion, time: ContinuousClock.Instant)?

    nonisolated var names: CompletionNames { view.withLock { $0.names } }
    /// Nil if unknown.
    nonisolated var nodes: NodeCount? { view.withLock { $0.nodes } }

    /// Begins an observation, unless one is in progress or the last one counts still.
    ///
    /// - Parameter nodes: the data nodes, where somebody has just read them: they are counted before anything is asked.
    func look(at interpreter: Interpreter, knowing nodes: [DataNode]? = nil) async {
        let local = CompletionNames(interpreter.variables, interpreter.target)
        view.withLock { view in
            view.names.variables = local.variables
            view.names.environment = local.environment
            view.names.sandboxes = local.sandboxes
            view.names.sandboxNodes = local.sandboxNodes
        }
        let connection = interpreter.connection
        let occasion = Occasion(changes: interpreter.changes, isConnected: connection.isConnected)
        // What was seen of another cluster, the prompt must not show.
        if connection.target != target { forgetView() }
        guard observation == nil else {
            if last?.occasion != occasion { (isOutdated, isCounting) = (true, true) }
            return
        }
        if let last, last.occasion == occasion, last.time.duration(to: .now) < Self.freshness { return }
        let started = ContinuousClock.now
        begin(interpreter, occasion, since: started, nodes)
        if !isSlow { await waitForCount(until: started + Self.grace) }
    }

    private func begin(
        _ interpreter: Interpreter, _ occasion: Occasion, since started: ContinuousClock.Instant, _ nodes: [DataNode]?
    ) {
        last = (occasion, started)
        (isOutdated, isCounting) = (false, true)
        observation = Task {
            await observe(interpreter, since: started, nodes)
            guard isOutdated else {
                noteCount()
                observation = nil
                return
            }
            let occasion = Occasion(
                changes: interpreter.changes, isConnected: interpreter.connection.isConnected)
            begin(interpreter, occasion, since: .now, nil)
        }
    }

    /// The nodes as they are counted in the observation in progress. Cancelling the task ends the wait for that.
    func count() async -> NodeCount? {
        await waitForCount(until: nil)
        return nodes
    }

    private func waitForCount(until deadline: EventLoop.Instant?) async {
        guard isCounting else { return }
        let id = EventLoop.shared.reserveWake()
        waiting.insert(id)
        _ = await EventLoop.shared.waitToBeWoken(id, until: deadline)
        waiting.remove(id)
    }

    private func noteCount() {
        // Those who wait are told of the nodes as they are.
        if isOutdated { return }
        isCounting = false
        for id in waiting { _ = EventLoop.shared.wake(id) }
    }

    /// Waits until nothing is looked at any more.
    func rest() async {
        while let observation { await observation.value }
    }

    private func observe(
        _ interpreter: Interpreter, since start: ContinuousClock.Instant, _ known: [DataNode]?
    ) async {
        let connection = interpreter.connection
        guard connection.isConnected else { return forget() }
        let current = connection.target
        if target != current {
            forget()
            capabilities = nil
        }
        target = current
        capabilities = connection.capabilities ?? capabilities
        guard let capabilities, capabilities.refusal == nil else { return }
        // A session of its own is made behind that: it takes longer.
        if let known { await count(known, from: connection, since: start) }
        // A server that was started anew has ended it.
        if let link, !link.isOpen {
            self.link = nil
            link.close()
        }
        if link == nil { link = await connection.openInBackground() }
        let cluster = Cluster(connection, listener: BackgroundListener(interpreter.output, interpreter.log))
        guard let link, link.isOpen else { return forget() }
        let source = NameSource(link, capabilities, cluster, timeout: Self.patience)
        var nodes = known
        if nodes == nil {
            nodes = await source.nodes()
            await count(nodes, from: connection, since: start)
        }
        if let nodes {
            let change = await source.names(of: nodes)
            guard connection.target == current else { return forget() }
            view.withLock { change(&$0.names) }
        }
        // What can't be had soon stays as it was known.
        for kind in NameSource.Kind.allCases where kind != .nodes {
            guard link.isOpen else { return forget() }
            guard let change = await source.read(kind) else { continue }
            guard connection.target == current else { return forget() }
            view.withLock { change(&$0.names) }
        }
    }

    /// - Parameter nodes: nil where they can't be had.
    private func count(
        _ nodes: [DataNode]?, from connection: AccessNodeConnection, since start: ContinuousClock.Instant
    ) async {
        var count: NodeCount?
        if let nodes, !nodes.isEmpty {
            if let answering = await connection.answering(among: nodes, within: Self.patience) {
                count = NodeCount(answering: answering.count, all: nodes.count)
            } else {
                // The connection ended meanwhile: what is there then is looked at, not at the next prompt only.
                isOutdated = true
            }
        }
        // The session may be another cluster's by now.
        let isOther = connection.target != target
        view.withLock { [count] in $0.nodes = isOther ? nil : count }
        isSlow = start.duration(to: .now) > Self.grace
        noteCount()
    }

    private func forget() {
        forgetView()
        let old = link
        link = nil
        old?.close()
    }

    private func forgetView() {
        view.withLock { view in
            view.nodes = nil
            view.names.forgetCluster()
        }
    }
}
