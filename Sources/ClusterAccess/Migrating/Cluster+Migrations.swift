package import MultiNode
import Postgres

/// Migrations that have begun, as the target and the access node have them on record.
extension Cluster {
    /// Where the rows of the migrations go that have begun; nil where none has.
    package func migrationTarget() async throws(ClusterError) -> MigrationTarget? {
        let state = try await send(MigrationStore.state).records.first ?? [:]
        if let stranger = state["stranger"] ?? nil { throw ClusterError(storeOf: stranger) }
        if state["has_target"] == "t", let conninfo = try await send(MigrationStore.readTarget).value {
            var target = try MigrationTarget(conninfo, besides: self)
            target.isRecorded = true
            return target
        }
        guard state["has_tables"] == "t" else { return nil }
        return MigrationTarget(inPlaceOf: self)
    }

    /// Every hypertable of users, distributed or not.
    package func hypertableNames() async throws(ClusterError) -> [TableName] {
        PlainHypertable.names(try await send(PlainHypertable.everyName).records)
    }

    /// The migrations that have begun, by name; none where the schema is not there yet.
    package func migrations(on target: MigrationTarget) async throws(ClusterError) -> [Migration] {
        let state = try await target.send(MigrationStore.state).records.first ?? [:]
        if let stranger = state["stranger"] ?? nil { throw ClusterError(storeOf: stranger, node: target.node) }
        guard state["has_tables"] == "t", let identity = try await capabilities().distributedID
        else { return [] }
        return try await target.send(Migration.list(ofCluster: identity)).records.map { Migration(row: $0) }
    }
}

extension Cluster {
    /// How many chunks of migrations are copied and not compared row for row, by the old table's number; those of which all
    /// are have no number here.
    package func uncomparedChunks(
        of migrations: [Migration], on target: MigrationTarget
    ) async throws(ClusterError) -> [Int: Int] {
        guard let cluster = migrations.first?.cluster else { return [:] }
        return MigratedChunk.uncompared(try await target.send(MigratedChunk.uncompared(ofCluster: cluster)).records)
    }
}

extension ClusterError {
    init(storeOf stranger: String, node: String? = nil) {
        self.init(
            "the schema tscl_migrate, or a part of it, belongs to \(stranger), who is no superuser: what stands in it is not trusted",
            node: node,
            remedy: "connect as \(stranger), where that role migrates; else look at it, and rename or drop it")
    }
}
