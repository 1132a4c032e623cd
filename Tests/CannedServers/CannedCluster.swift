package import ClusterAccess
package import MultiNode
package import Postgres

/// A healthy cluster of canned servers with TimescaleDB 2.13.1: the access node `an1`, and the data nodes `dn1`, `dn2`…
///
/// It has one distributed hypertable `metrics` on all nodes, the roles `postgres` and `app`, and the healing job 1001.
/// A test changes the answers that it is about.
package struct CannedCluster: Sendable {
    package let servers = CannedServers()
    package let nodes: [String]

    package static let accessNode: Place = "an1"
    package static let parameters = ConnectionParameters([("host", "an1"), ("user", "postgres"), ("dbname", "dist")])
    package static let capabilities = Capabilities(row: capabilities(of: accessNode))

    package init(nodes count: Int = 3) {
        nodes = count == 0 ? [] : (1...count).map { "dn\($0)" }
        servers[Self.accessNode] = accessNode()
        for (index, node) in nodes.enumerated() { servers[Place(stringLiteral: node)] = Self.dataNode(index + 1) }
    }

    /// The cluster as a command sees it.
    package func cluster(
        login: Login = Login(), listener: any ClusterListener = SilentListener(),
        deadline: ContinuousClock.Instant? = nil, kept: KeptLinks = KeptLinks()
    ) -> Cluster {
        let connection = AccessNodeConnection(
            ClusterTarget(Self.parameters), login: login, connector: servers, kept: kept)
        return Cluster(connection, listener: listener, deadline: deadline)
    }

    /// The answers of a server: `canned["an1"]`.
    package subscript(place: Place) -> CannedServer {
        get { servers[place] }
        nonmutating set { servers[place] = newValue }
    }

    /// The statements sent to the access node so far.
    package var toAccessNode: [String] { servers.statements(to: Self.accessNode) }

    // MARK: Rows

    /// The row of ``Capabilities/query``.
    package static func capabilities(of place: Place, server: String? = nil) -> [String: String?] {
        let isAccessNode = place == accessNode
        return [
            "server_version": "150018", "extension_version": "2.13.1", "extension_schema": "public", "database": "dist",
            "user": "postgres", "superuser": "on", "in_recovery": "f", "max_prepared_transactions": "150",
            "max_connections": "100", "wal_level": "logical", "shared_preload_libraries": "timescaledb",
            "encoding": "UTF8", "collation": "C.UTF-8", "ctype": "C.UTF-8", "data_nodes": isAccessNode ? "3" : "0",
            "functions": functions, "server_started": server ?? "server of \(place)",
            "metadata": isAccessNode ? "dist_uuid=c1 uuid=c1" : "dist_uuid=c1 uuid=\(place)",
        ]
    }

    private static let functions: String = {
        let functions = [
            "_timescaledb_functions.ping_data_node(node_name,timeout)",
            "_timescaledb_functions.remote_txn_heal_data_node(foreign_server_oid)",
            "public.add_data_node(node_name,host,database,port,if_not_exists,bootstrap,password)",
            "public.alter_data_node(node_name,host,database,port,available)",
            "public.create_distributed_restore_point(name)",
            "public.delete_data_node(node_name,if_exists,force,repartition,drop_database)",
            "public.detach_data_node(node_name,hypertable,if_attached,force,repartition,drop_remote_data)",
            "timescaledb_experimental.block_new_chunks(data_node_name,hypertable,force)",
            "timescaledb_experimental.copy_chunk(chunk,source_node,destination_node,operation_id)",
        ]
        return ArrayText.text(functions)
    }()

    /// A row of ``DataNode/list``.
    package static func row(
        node: String, host: String? = nil, isAvailable: Bool = true, holding: NodeContents = NodeContents()
    ) -> [String: String?] {
        [
            "name": node, "server_oid": "16385", "owner": "postgres", "host": host ?? node, "port": "5432",
            "database": "dist", "available": isAvailable ? nil : "false",
            "hypertables": ArrayText.text(holding.hypertables.sorted()),
            "chunks": ArrayText.text(holding.chunks.sorted()),
        ]
    }

    /// A row of ``DatabaseRole/list``.
    package static func row(
        role: String, login: Bool = true, superuser: Bool = false, createdb: Bool = false, memberOf: [String] = []
    ) -> [String: String?] {
        func flag(_ isOn: Bool) -> String { isOn ? "t" : "f" }
        return [
            "roles": ArrayText.text([role]), "login": flag(login), "superuser": flag(superuser),
            "createdb": flag(createdb),
            "createrole": "f", "replication": "f", "inherit": "t", "bypassrls": "f", "connection_limit": "-1",
            "valid_until": nil, "member_of": ArrayText.text(memberOf), "bootstrap": flag(role == "postgres"),
        ]
    }

    package static let roles = [row(role: "app"), row(role: "postgres", superuser: true, createdb: true)]

    /// The row of ``NodeState/query(expecting:)``.
    package static func state(
        of place: Place, cluster: String? = "c1", server: String? = nil, database: String = "dist",
        inDoubt: Int = 0, holding: NodeContents = NodeContents()
    ) -> [String: String?] {
        [
            "cluster": cluster, "extension_version": "2.13.1", "in_recovery": "f", "in_doubt": String(inDoubt),
            "server_started": server ?? "server of \(place)", "database": database, "blank": "t",
            "hypertables": ArrayText.text(holding.hypertables.sorted()),
            "chunks": ArrayText.text(holding.chunks.sorted()),
        ]
    }

    /// The row of ``NodeFacts/query``.
    package static func facts(
        clock: Double = 1_700_000_000, _ settings: [String: String] = [:]
    ) -> [String: String?] {
        let usual: [String: String?] = [
            "statement_timeout": "0", "clock": String(clock), "port": "5432", "slots": "{}",
        ]
        return usual.merging(settings) { $1 }
    }

    /// The row of ``CandidateServer/query``.
    ///
    /// - Parameter databases: what it has besides `postgres`.
    package static func candidate(databases: [String] = []) -> [String: String?] {
        ["databases": ArrayText.text(["postgres"] + databases), "versions": "{2.13.1}"]
    }

    /// A row of ``Job/list(_:)``.
    package static func row(
        job: Int, procedure: String, schema: String = "public", isScheduled: Bool = true,
        error: (sqlstate: String, message: String)? = nil, secondsLate: Int = 0
    ) -> [String: String?] {
        [
            "job": String(job), "name": "User-Defined Action [\(job)]", "proc_schema": schema, "proc_name": procedure,
            "owner": "postgres", "schedule": "00:05:00", "scheduled": isScheduled ? "t" : "f", "config": nil,
            "next_start": nil, "last_run": nil, "last_status": error == nil ? "Success" : "Failed", "runs": "7",
            "failures": error == nil ? "0" : "7", "error_sqlstate": error?.sqlstate, "error": error?.message,
            "seconds_late": String(secondsLate),
        ]
    }

    /// A row of ``Hypertable/list``.
    package static func row(hypertable: String, on nodes: [String]) -> [String: String?] {
        [
            "schema": "public", "name": hypertable, "owner": "postgres", "time_column": "time", "dimensions": "1",
            "chunks": "4", "replication_factor": "1", "compression_enabled": "f", "data_nodes": ArrayText.text(nodes),
            "chunk_interval": "7 days",
        ]
    }

    /// The row of ``ClusterCounts/query(_:)``.
    package static func counts(
        chunks: [String: Int] = [:], underReplicated: Int = 0, unplaceable: Int = 0, lostNodes: [String] = [],
        copies: Int = 0,
        isMigrating: Bool = false
    ) -> [String: String?] {
        let nodes = chunks.keys.sorted()
        return [
            "transaction_log": "0", "hypertables": "1", "under_replicated": String(underReplicated),
            "unplaceable": String(unplaceable),
            "lost_nodes": ArrayText.text(lostNodes), "chunks": String(chunks.values.reduce(0, +)),
            "chunk_nodes": ArrayText.text(nodes), "chunk_counts": ArrayText.text(nodes.map { String(chunks[$0] ?? 0) }),
            "chunk_sums": ArrayText.text(nodes.map { _ in "0" }),
            "copies": String(copies), "migrating": isMigrating ? "t" : "f",
        ]
    }

    // MARK: Servers

    private func accessNode() -> CannedServer {
        let capabilities = Self.capabilities
        var server = Self.anyServer(Self.accessNode)
        server.answer(DataNode.list, .rows(nodes.map { Self.row(node: $0) }))
        server.answer(DataNode.registrations, .rows(nodes.map { ["s": $0] }))
        server.answer(
            NodeGrants.list,
            .rows(nodes.flatMap { [["node": $0, "grantee": "postgres"], ["node": $0, "grantee": "app"]] }))
        server.answer(Hypertable.list, .rows([Self.row(hypertable: "metrics", on: nodes)]))
        server.answer(JobScheduler.query, .value("t"))
        server.answer(Job.list(capabilities), .rows([Self.row(job: 1001, procedure: "tscl_heal_data_nodes")]))
        server.answer(HealingJob.isScheduled(every: "5 minutes", 1001, capabilities), .value("t"))
        server.answer(
            BlockedNodes.list,
            .rows(nodes.map { ["node": $0, "schema": "public", "name": "metrics", "blocked": "f"] }))
        server.answer(
            ClusterCounts.query(capabilities),
            .rows([Self.counts(chunks: Dictionary(uniqueKeysWithValues: nodes.map { ($0, 4) }))]))
        server.answer(InDoubtTransaction.committed(among: []), .none)
        server.answer(InDoubtTransaction.logLengths, .none)
        server.answer(TransactionSnapshot.query, .value("700:700:"))
        server.answer(TransactionOutcome.number, .value("700"))
        server.answer(TransactionOutcome.status(of: "700"), .value("aborted"))
        server.answer(Chunk.sharers(with: []), .none)
        server.answer(Healing.advance, .value("700"))
        let table = TableName(schema: "public", name: "metrics")
        server.answer(HeldSession.query(writingTo: table, of: table), .none)
        server.answer(ChunkInventory.list, .none)
        server.answer(StaleChunk.known(on: "dn1"), .none)
        server.answer(LostNode.list, .none)
        server.answer(RenamedServer.list, .none)
        server.answer(SharedTables.list, .none)
        server.answer(AggregateTrigger.tables, .none)
        server.answer(PendingInvalidations.tables(on: "dn1"), .none)
        server.answer(UnderReplication.list, .none)
        server.answer(ChunkCopying.list(), .none)
        server.answer(SwapGuard.oldTables, .none)
        server.answer(IndependentChunks.query, .none)
        server.answer(KeptRows.list, .none)
        server.answer(Chunk.areShared(by: []), .value("f"))
        server.answer(ReadCopy.list(of: []), .none)
        server.answer(SoleReplicas.list(on: []), .none)
        server.answer(CompressedChunks.list([]), .none)
        server.answer(ChunkInvalidation.query(ofChunk: 0), .none)
        server.answer(ChunkedTable.list, .none)
        server.answer(Chunk.list(Chunk.Choice(), capabilities), .none)
        server.answer(RoleOmissions.query, .none)
        server.answer(UserMappings.list, .none)
        server.answer(NodeUsers.list, .none)
        server.answer(
            MigrationStore.state, .rows([["has_target": "f", "has_tables": "f", "has_promotion": "f"]]))
        let metrics = TableName(schema: "public", name: "metrics")
        server.answer(
            Dimension.list(of: [metrics]), .rows([["column": "time", "type": "timestamptz", "interval": "7 days"]]))
        server.answer(
            ChunkPlacement.list(of: metrics),
            .rows([["data_nodes": ArrayText.text(Array(nodes.prefix(1))), "chunks": "4"]]))
        return server
    }

    private static func dataNode(_ number: Int) -> CannedServer {
        var server = anyServer("dn\(number)")
        server.answer(NodeState.size, .value(String(number * 300 << 20)))
        server.answer(RetryInterval.left, .none)
        server.answer(InDoubtTransaction.list, .none)
        server.answer(StrayParts.query(besides: [], of: []), .none)
        server.answer(StaleChunk.list(besides: []), .none)
        server.answer(KeptTable.list, .none)
        server.answer(UnnotedRows.list, .none)
        server.answer(CompressedChunks.list([]), .none)
        server.answer(CompressedChunks.all, .none)
        server.answer(CompressedChunks.sum, .value("0"))
        server.answer(LostRemnant.query(of: []), .none)
        server.answer(
            HypertableSize.query(of: TableName(schema: "public", name: "metrics")),
            .rows([["bytes": String(number * 1024)]]))
        return server
    }

    private static func anyServer(_ place: Place) -> CannedServer {
        var server = CannedServer()
        server.answer(Capabilities.query, .rows([capabilities(of: place)]))
        server.answer(NodeState.anyQuery, .rows([state(of: place)]))
        server.answer(NodeFacts.query, .rows([facts()]))
        server.answer(DatabaseRole.list, .rows(roles))
        return server
    }
}

extension Array {
    /// Statements without the proof that the nodes are these nodes, and the transaction around it, of which nothing is
    /// left.
    package func withoutProof(_ text: (Element) -> String) -> [Element] {
        var rest: [Element] = []
        var isProving = false
        for element in self {
            if text(element).isProof {
                if !isProving, rest.last.map(text)?.hasPrefix("BEGIN") == true { rest.removeLast() }
                isProving = true
            } else {
                if !(isProving && text(element) == "ROLLBACK") { rest.append(element) }
                isProving = false
            }
        }
        return rest
    }
}

extension [String] {
    /// Of statements to the access node, those that do more than ask what it is and what it reaches.
    package var changes: [String] {
        let capabilities = CannedCluster.capabilities
        let asks = [
            Capabilities.query.text, DataNode.list.text, DataNode.registrations.text,
            NodeReach.ping([], limit: 1, capabilities)?.text ?? "",
        ]
        return withoutProof(\.self).filter { !asks.contains($0) }
    }
}

extension String {
    /// Whether it is a statement of ``NodeProof`` or ``NodeServer``.
    package var isProof: Bool { contains("this is not the data node") || contains("this server started") }
}

extension NodeState {
    /// Its text does not depend on what is expected.
    package static let anyQuery = query(expecting: NodeContents())
}
