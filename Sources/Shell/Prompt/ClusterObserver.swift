import ClusterAccess
import MultiNode
import Platform

/// The number of data nodes that answer, and of all.
struct NodeCount: Sendable, Equatable {
    var answering: Int
    var all: Int
}

/// Watches the cluster in the background over its own connection, so that prompt, Tab and commands never wait for it.
actor ClusterObserver {
    nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

    private struct View: Sendable {
        var names = CompletionNames()
        var nodes: NodeCount?
    }

    /// How long the prompt waits for the observation: less than a person notices.
    private static let grace: Duration = .milliseconds(40)
    private static let patience: Duration = .seconds(1)

    private nonisolated let view = Lock(View())
    private var link: (any Link)?
    private var target: ClusterTarget?
    /// The last known capabilities. The session forgets its own at each change of the cluster; for names, old ones do.
    private var capabilities: Capabilities?
    private var observation: Task<Void, Never>?
    /// Whether the last look took longer than the prompt waits.
    private var isSlow = false

    nonisolated var names: CompletionNames { view.withLock { $0.names } }
    /// Nil if unknown.
    nonisolated var nodes: NodeCount? { view.withLock { $0.nodes } }

    /// Begins an observation, unless one is in progress.
    func look(at interpreter: Interpreter) async {
        let local = CompletionNames(await interpreter.variables, await interpreter.target)
        view.withLock { view in
            view.names.variables = local.variables
            view.names.environment = local.environment
            view.names.sandboxes = local.sandboxes
            view.names.sandboxNodes = local.sandboxNodes
        }
        guard observation == nil else { return }
        let started = ContinuousClock.now
        observation = Task {
            await observe(interpreter)
            isSlow = started.duration(to: .now) > Self.grace
            observation = nil
        }
        guard !isSlow else { return }
        let end = started + Self.grace
        while observation != nil, .now < end {
            try? await EventLoop.shared.sleep(until: min(end, .now + .milliseconds(2)))
        }
    }

    private func observe(_ interpreter: Interpreter) async {
        let connection = interpreter.connection
        guard await connection.isConnected else { return await forget() }
        let current = await connection.target
        if target != current { await forget() }
        target = current
        capabilities = await connection.capabilities ?? capabilities
        guard let capabilities, capabilities.refusal == nil else { return }
        if link == nil { link = await connection.openInBackground() }
        var names = CompletionNames()
        let cluster = Cluster(connection, listener: BackgroundListener(interpreter.output, interpreter.log))
        guard let link, await link.isOpen,
            let nodes = await names.read(link, capabilities, cluster, timeout: Self.patience)
        else { return await forget() }
        view.withLock { [names] in $0.names.takeCluster(from: names) }
        let answering = await connection.answering(among: nodes, within: Self.patience)
        view.withLock { $0.nodes = nodes.isEmpty ? nil : NodeCount(answering: answering, all: nodes.count) }
    }

    private func forget() async {
        await link?.close()
        link = nil
        capabilities = nil
        view.withLock { view in
            view.nodes = nil
            view.names.takeCluster(from: CompletionNames())
        }
    }
}
