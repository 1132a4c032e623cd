package import ClusterAccess
package import MultiNode
import Postgres

/// The chunks of one migration, on real servers.
package struct ClusterMigrationSite: MigrationSite {
    /// How far a copy is proved.
    package enum Proof: String, Sendable { case rows, counts, none }

    let cluster: Cluster
    let target: MigrationTarget
    let migration: Migration
    let table: TargetTable
    /// Of the source's database.
    let encoding: String
    let proof: Proof
    let links: MigrationLinks

    package func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk? {
        try await links.writing { link throws(ClusterError) in
            let query = MigratedChunk.list(of: [migration.sourceID], ofCluster: migration.cluster)
            let rows = try await cluster.send(query, on: link, node: target.node, timeout: .seconds(30)).records
            return rows.map { MigratedChunk(row: $0) }.first { $0.sourceID == chunk }
        }
    }

    package func note(_ error: ClusterError, of chunk: Int) async {
        _ = try? await links.writing { link throws(ClusterError) in
            let statement = MigratedChunk.failed(chunk, ofCluster: migration.cluster, because: error.message)
            try await cluster.send(statement, on: link, node: target.node, timeout: .seconds(10))
        }
    }

    package func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool {
        try await cluster.send(chunk.isThere).value == "t"
    }

    package func remove(_ chunk: MigratedChunk) async throws(ClusterError) {
        try await links.writing { link throws(ClusterError) in
            var statements: [SQL] = ["BEGIN"]
            if let name = chunk.target { statements.append(TargetWriting.drop(name)) }
            statements.append(MigratedChunk.remove(chunk.sourceID, ofCluster: migration.cluster))
            for statement in statements + ["COMMIT"] {
                try await cluster.send(statement, on: link, node: target.node)
            }
        }
    }

    package func copy(
        _ chunk: SourceChunk, from node: String, since before: MigratedChunk?,
        moved: @escaping @Sendable (Int) -> Void
    ) async throws(ClusterError) -> CopiedChunk? {
        try await links.asking(node) { source throws(ClusterError) in
            try await links.writing { link throws(ClusterError) in
                let transfer = ChunkTransfer(chunk, from: node, since: before, on: self, source, link, moved)
                return try await transfer.carryOut()
            }
        }
    }
}
