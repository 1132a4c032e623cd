import ClusterAccess
import MultiNode

/// Reads the names that only the access node knows, a statement for each kind: where one can't be had, the others can.
struct NameSource: Sendable {
    enum Kind: CaseIterable, Sendable {
        case nodes, roles, hypertables, tables, columns, functions, jobs, chunks, copies
    }

    typealias Change = @Sendable (inout CompletionNames) -> Void

    private let link: any Link
    private let capabilities: Capabilities
    private let cluster: Cluster
    private let timeout: Duration

    /// - Parameter timeout: for each statement.
    init(_ link: any Link, _ capabilities: Capabilities, _ cluster: Cluster, timeout: Duration) {
        (self.link, self.capabilities, self.cluster, self.timeout) = (link, capabilities, cluster, timeout)
    }

    /// The data nodes; nil when they can't be had soon.
    func nodes() async -> [DataNode]? {
        await rows(DataNode.list)?.map { DataNode(row: $0) }
    }

    /// The names of a kind, as a change of those that are known; nil when they can't be had soon.
    func read(_ kind: Kind) async -> Change? {
        switch kind {
        case .nodes:
            guard let nodes = await nodes() else { return nil }
            return await names(of: nodes)
        case .roles:
            guard let names = await rows(DatabaseRole.list).map({ DatabaseRole.names($0).sorted() }) else { return nil }
            return { $0.roles = names }
        case .chunks: return await texts(NameQueries.chunks, "name", \.chunks)
        case .copies: return capabilities.canCopyChunks ? await texts(NameQueries.copies, "name", \.copies) : nil
        case .hypertables:
            guard let tables = await rows(Hypertable.list)?.map({ Hypertable(row: $0).table.shownName })
            else { return nil }
            return { $0.hypertables = tables }
        case .jobs:
            guard let jobs = await rows(MultiNode.Job.list(capabilities))?.map({ MultiNode.Job(row: $0) })
            else { return nil }
            return { $0.jobs = jobs.map { .init($0.id, $0.name, isScheduled: $0.isScheduled) } }
        case .tables:
            guard let rows = await rows(NameQueries.tables) else { return nil }
            let tables = rows.map { row in
                let table = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
                return CompletionNames.Table(
                    table.shownName, written: (row["written"] ?? nil) ?? "", isTable: row["is_table"] == "t")
            }
            return { $0.tables = tables }
        case .columns:
            guard let rows = await rows(NameQueries.columns) else { return nil }
            let relations = rows.map { row in
                CompletionNames.Relation(
                    (row["written"] ?? nil) ?? "", columns: Self.list(row["columns"] ?? nil),
                    isSystem: row["is_system"] == "t")
            }
            return { $0.relations = relations }
        case .functions:
            guard let rows = await rows(NameQueries.functions) else { return nil }
            let functions = rows.map { row in
                CompletionNames.Function((row["name"] ?? nil) ?? "", forms: Self.list(row["forms"] ?? nil))
            }
            return { $0.functions = functions }
        }
    }

    /// The names of nodes that are known already.
    func names(of nodes: [DataNode]) async -> Change {
        // Who may not read these completes without them.
        let blocked = Set((await rows(NameQueries.blockedNodes) ?? []).compactMap { $0["node"] ?? nil })
        return { names in
            names.nodes = nodes.map {
                .init($0.name, isAvailable: $0.isAvailable, isBlocked: blocked.contains($0.name))
            }
        }
    }

    private func texts(
        _ sql: SQL, _ column: String, _ place: any WritableKeyPath<CompletionNames, [String]> & Sendable
    ) async -> Change? {
        guard let texts = await rows(sql)?.compactMap({ $0[column] ?? nil }) else { return nil }
        return { $0[keyPath: place] = texts }
    }

    private static func list(_ array: String?) -> [String] {
        array.flatMap { ArrayText.elements($0) }?.compactMap(\.self) ?? []
    }

    private func rows(_ sql: SQL) async -> [[String: String?]]? {
        try? await cluster.send(sql, on: link, timeout: timeout).records
    }
}
