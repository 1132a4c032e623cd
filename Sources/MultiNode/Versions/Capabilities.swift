/// What the connected server is and can do, read from it once per connection.
///
/// Commands ask for a capability and never compare versions.
package struct Capabilities: Sendable, Equatable {
    /// The role of this database in a multi-node cluster.
    package enum Role: Sendable, Equatable {
        /// It has data nodes.
        case accessNode
        /// It has none yet, and may become an access node by adding one.
        case plain
        /// It belongs to the cluster of another access node.
        case dataNode
        case withoutExtension
        /// Its TimescaleDB or its PostgreSQL has no multi-node: 2.14 and later, PostgreSQL 16 and later, or 1.x.
        case multiNodeRemoved(version: String)
    }

    package let role: Role
    /// `server_version_num`: 150018 is 15.18.
    package let serverVersion: Int
    /// The extension's version in this database; nil where it is not installed.
    package let extensionVersion: String?
    /// The engine is the sandbox's emulation of the multi-node interface.
    package let isEmulated: Bool
    package let database: String
    package let user: String
    package let isSuperuser: Bool
    package let isInRecovery: Bool
    package let maxPreparedTransactions: Int
    package let maxConnections: Int
    package let walLevel: String
    /// Nil where the role may not see it.
    package let sharedPreloadLibraries: String?
    /// Tells this server from all others.
    package let server: ServerIdentity?
    /// The cluster's identity: on an access node its own, on a data node that of its access node.
    package let distributedID: String?
    package let encoding: String
    package let collation: String
    package let characterClassification: String

    /// The schema of `add_data_node` and the rest of the interface that users call.
    package let extensionSchema: String
    /// The schema of `remote_txn_heal_data_node`, `ping_data_node` and their like.
    package let functionsSchema: String
    /// The schema of `block_new_chunks` and `allow_new_chunks`.
    package let chunksSchema: String

    /// `alter_data_node` exists: a node can be marked available or not.
    package let canAlterNode: Bool
    /// `delete_data_node` can drop the node's database too.
    package let canDropDatabase: Bool
    /// `detach_data_node` can drop the hypertable on the node too.
    package let canDropRemoteData: Bool
    /// `ping_data_node` takes a timeout.
    package let canPingWithTimeout: Bool
    /// `create_distributed_restore_point` exists.
    package let canCreateRestorePoint: Bool
    /// `alter_job` takes a time zone, and forgets the job's where it gets none.
    package let canAlterTimezone: Bool
    /// Chunks can be copied and moved between nodes.
    package let canCopyChunks: Bool
    /// A copy of a chunk can be given the name of its record.
    package let canNameCopies: Bool
    /// `timescaledb_information.job_errors` exists.
    package let keepsJobErrors: Bool
    /// The copy of a chunk has its status, and so what is read of it is in order.
    package let keepsStatusOfCopies: Bool
    /// `repartition => false` is obeyed (#5193: it was not).
    package let canKeepPartitions: Bool
    /// `drop_database => true` checks before it drops (#5114: it did not).
    package let dropsDatabaseSafely: Bool

    /// - Parameter row: the row that ``query`` returns, by column.
    package init(row: [String: String?]) {
        let row = Row(row)
        serverVersion = row.integer("server_version")
        extensionVersion = row["extension_version"]
        database = row["database"] ?? ""
        user = row["user"] ?? ""
        isSuperuser = row["superuser"] == "on"
        isInRecovery = row.flag("in_recovery")
        maxPreparedTransactions = row.integer("max_prepared_transactions")
        maxConnections = row.integer("max_connections")
        walLevel = row["wal_level"] ?? ""
        sharedPreloadLibraries = row["shared_preload_libraries"]
        server = ServerIdentity(row: row)
        encoding = row["encoding"] ?? ""
        collation = row["collation"] ?? ""
        characterClassification = row["ctype"] ?? ""

        let metadata = Self.metadata(row["metadata"] ?? "")
        distributedID = metadata["dist_uuid"]
        let functions = Functions(row.array("functions"))
        isEmulated = functions.has("tscl_emulator")
        extensionSchema = functions.schema(of: "add_data_node") ?? row["extension_schema"] ?? "public"
        let version = ExtensionVersion(extensionVersion ?? (isEmulated ? "2.13.1" : ""))
        // Without multi-node there is none of its functions to find the schema by.
        functionsSchema =
            functions.schema(of: "remote_txn_heal_data_node")
            ?? (version >= ExtensionVersion("2.14") ? "_timescaledb_functions" : "_timescaledb_internal")
        chunksSchema = functions.schema(of: "block_new_chunks") ?? "timescaledb_experimental"
        canAlterNode = functions.has("alter_data_node")
        canDropDatabase = functions.has("delete_data_node", with: "drop_database")
        canDropRemoteData = functions.has("detach_data_node", with: "drop_remote_data")
        canPingWithTimeout = functions.has("ping_data_node", with: "timeout")
        canCreateRestorePoint = functions.has("create_distributed_restore_point")
        canAlterTimezone = functions.has("alter_job", with: "timezone")
        canCopyChunks = functions.has("copy_chunk")
        canNameCopies = functions.has("copy_chunk", with: "operation_id")
        keepsJobErrors = version >= ExtensionVersion("2.9")
        keepsStatusOfCopies = version >= ExtensionVersion("2.11")
        canKeepPartitions = version >= ExtensionVersion("2.9.2")
        dropsDatabaseSafely = version >= ExtensionVersion("2.9.2")
        role = Self.role(
            version: extensionVersion ?? (isEmulated ? "2.13.1" : nil),
            hasMultiNode: functions.has("add_data_node") && serverVersion < 160_000,
            nodes: row.integer("data_nodes"), metadata: metadata)
    }

    private static func role(
        version: String?, hasMultiNode: Bool, nodes: Int, metadata: [String: String]
    ) -> Role {
        guard let version else { return .withoutExtension }
        guard hasMultiNode else { return .multiNodeRemoved(version: version) }
        if nodes > 0 { return .accessNode }
        // On an access node `dist_uuid` is the node's own `uuid`; on a data node it is that of the access node.
        guard let cluster = metadata["dist_uuid"], cluster != metadata["uuid"] else { return .plain }
        return .dataNode
    }

    /// `dist_uuid=… uuid=…` by key.
    private static func metadata(_ text: String) -> [String: String] {
        var metadata: [String: String] = [:]
        for item in text.split(separator: " ") {
            let parts = item.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { metadata[String(parts[0])] = String(parts[1]) }
        }
        return metadata
    }

    /// Why this database can't have data nodes, in one sentence; nil if it can.
    package var refusal: String? {
        switch role {
        case .accessNode, .plain: nil
        case .dataNode:
            "database \(database) is a data node of another access node; connect to the access node"
        case .withoutExtension:
            "database \(database) has no TimescaleDB; multi-node needs the extension timescaledb, 2.0 to 2.13"
        case .multiNodeRemoved where serverVersion >= 160_000:
            "there is no multi-node on PostgreSQL \(serverVersion / 10_000); it needs PostgreSQL 11 to 15 with TimescaleDB 2.0 to 2.13"
        case .multiNodeRemoved(let version) where ExtensionVersion(version) < ExtensionVersion("2.0"):
            "TimescaleDB \(version) has no multi-node yet; it is in 2.0 to 2.13"
        case .multiNodeRemoved(let version):
            "TimescaleDB \(version) has no multi-node; it was removed in 2.14"
        }
    }

    /// The extension's version for a sentence.
    var versionText: String { extensionVersion ?? "2.13.1" }

    func unsupported(_ what: String, since version: String, help: String? = nil) -> MultiNodeError {
        .unsupported(
            "TimescaleDB \(versionText) can't \(what); \(version) and later can", help: help)
    }

    /// A function of the extension, by its qualified name, as text for a statement.
    func function(_ name: String) -> SQL { "\(identifier: extensionSchema).\(raw: Self.bare(name))" }

    /// An internal function, in whichever schema this version keeps those.
    func internalFunction(_ name: String) -> SQL { "\(identifier: functionsSchema).\(raw: Self.bare(name))" }

    func chunkFunction(_ name: String) -> SQL { "\(identifier: chunksSchema).\(raw: Self.bare(name))" }

    private static func bare(_ name: String) -> SQL { SQL(stringLiteral: name) }
}
