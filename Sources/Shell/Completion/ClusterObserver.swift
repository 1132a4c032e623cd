import CommandLanguage
import Glibc
import MultiNode
import Postgres
import Sandbox

/// How many of the data nodes answer.
struct NodeCount: Sendable, Equatable {
    var answering: Int
    var all: Int
}

/// Looks at the cluster in the background, on a connection of its own, so that neither the prompt nor Tab nor a command
/// ever waits for what it looks at.
actor ClusterObserver {
    nonisolated var unownedExecutor: UnownedSerialExecutor { EventLoop.shared.asUnownedSerialExecutor() }

    private struct View: Sendable {
        var names = CompletionNames()
        var nodes: NodeCount?
    }

    /// How long what is being looked at may still come before the prompt does: less than a person notices.
    private static let grace: Duration = .milliseconds(40)
    private static let patience: Duration = .seconds(1)

    private nonisolated let view = Lock(View())
    private var connection: Connection?
    private var target: ConnectionTarget.Identity?
    private var observation: Task<Void, Never>?
    /// Whether the last look took longer than the prompt waits.
    private var isSlow = false

    nonisolated var names: CompletionNames { view.withLock { $0.names } }
    /// Nil where it is not known.
    nonisolated var nodes: NodeCount? { view.withLock { $0.nodes } }

    /// Begins to look, if nothing is being looked at.
    func look(at session: Session) async {
        let local = await session.localNames
        view.withLock { view in
            view.names.variables = local.variables
            view.names.environment = local.environment
            view.names.sandboxes = local.sandboxes
            view.names.sandboxNodes = local.sandboxNodes
        }
        guard observation == nil else { return }
        let started = ContinuousClock.now
        observation = Task {
            await observe(session)
            isSlow = started.duration(to: .now) > Self.grace
            observation = nil
        }
        guard !isSlow else { return }
        let end = started + Self.grace
        while observation != nil, .now < end {
            try? await EventLoop.shared.sleep(until: min(end, .now + .milliseconds(2)))
        }
    }

    private func observe(_ session: Session) async {
        guard let capabilities = await session.observableCluster else { return await forget() }
        let current = await session.target.identity
        if target != current { await forget() }
        if connection == nil {
            connection = await session.openInBackground()
            target = current
        }
        guard let connection, let nodes = await read(connection, capabilities) else { return await forget() }
        let answering = await Self.answering(nodes)
        view.withLock { $0.nodes = nodes.isEmpty ? nil : NodeCount(answering: answering, all: nodes.count) }
    }

    /// The names of the cluster; nil when they can't be had soon.
    private func read(_ connection: Connection, _ capabilities: Capabilities) async -> [DataNode]? {
        func rows(_ sql: SQL) async -> [[String: String?]]? {
            guard await connection.isOpen else { return nil }
            return try? await connection.execute(sql.text, sql.values, timeout: Self.patience).records
        }
        guard let nodes = await rows(DataNode.list(capabilities))?.map({ DataNode(row: $0) }),
            let roles = await rows(DatabaseRole.list),
            let hypertables = await rows(Hypertable.list(capabilities))?.map({ Hypertable(row: $0) }),
            let jobs = await rows(Job.list(capabilities))?.map({ Job(row: $0) })
        else { return nil }
        // Who may not read these completes without them.
        let blocked = Set((await rows(NameQueries.blockedNodes) ?? []).compactMap { $0["node"] ?? nil })
        let tables = await rows(NameQueries.tables) ?? []
        view.withLock { view in
            view.names.nodes = nodes.map { node in
                .init(node.name, isAvailable: node.isAvailable, isBlocked: blocked.contains(node.name))
            }
            view.names.roles = roles.compactMap { $0["role"] ?? nil }
            view.names.hypertables = hypertables.map(\.table.shownName)
            view.names.jobs = jobs.map { .init($0.id, $0.name, isScheduled: $0.isScheduled) }
            view.names.tables = tables.map { row in
                let table = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
                let isTable = (row["is_table"] ?? nil) == "t"
                return .init(table.shownName, written: (row["written"] ?? nil) ?? "", isTable: isTable)
            }
        }
        return nodes
    }

    private static func answering(_ nodes: [DataNode]) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for node in nodes {
                group.addTask(executorPreference: EventLoop.shared) {
                    await ServerPing.answers(host: node.host, port: node.port, timeout: patience)
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    private func forget() async {
        await connection?.close()
        connection = nil
        view.withLock { view in
            view.nodes = nil
            view.names.nodes = []
            view.names.roles = []
            view.names.hypertables = []
            view.names.jobs = []
            view.names.tables = []
        }
    }
}

extension ConnectionTarget {
    /// What tells one target from another.
    struct Identity: Equatable, Sendable {
        let parameters: [String]
    }

    var identity: Identity { Identity(parameters: parameters.parameters.map { "\($0.keyword)=\($0.value)" }) }
}

extension Session {
    /// The names that need no server.
    fileprivate var localNames: CompletionNames {
        var names = CompletionNames()
        names.variables = variables.names
        names.environment = Environment.names
        let sandboxes = Sandbox.all()
        names.sandboxes = sandboxes.map(\.name)
        let current = target.sandbox?.name ?? "default"
        names.sandboxNodes = (sandboxes.first { $0.name == current } ?? sandboxes.first)?.nodes.map(\.name) ?? []
        return names
    }

    /// What can be looked at; nil where there is nothing.
    fileprivate var observableCluster: Capabilities? {
        get async {
            guard let connection, await connection.isOpen, let capabilities, capabilities.refusal == nil else {
                return nil
            }
            return capabilities
        }
    }
}
