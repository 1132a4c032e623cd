package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// The comparison of all chunks that are copied, with the connections that it is done over.
package struct MigrationProof: Sendable {
    package let steps: [ChunkProofStep]
    fileprivate let links: MigrationLinks

    /// Closes its connections.
    package func end() async { await links.close() }
}

extension Cluster {
    /// What there is to compare of migrations.
    package func migrationProof(
        _ migrations: [Migration], on target: MigrationTarget
    ) async throws(ClusterError) -> MigrationProof {
        let capabilities = try await capabilities()
        let nodes = try await nodes().filter(\.isAvailable)
        let links = MigrationLinks(self, target, nodes: nodes)
        try await target.renewStore()
        let survey = try await survey(of: migrations, on: target, asksNodes: false)
        var steps: [ChunkProofStep] = []
        for migration in migrations {
            let site = try await site(of: migration, on: target, capabilities, .rows, links)
            for pair in survey.pairs where pair.migration.sourceID == migration.sourceID {
                // What nobody has copied is compared with nothing: then it is not the same.
                guard let source = pair.source, pair.loss == nil else {
                    // What was dropped on purpose before the cut-over is dropped by the next copy.
                    guard let record = pair.record, record.holdsCopy,
                        pair.loss != nil || migration.state == .cutOver
                    else { continue }
                    steps.append(
                        ChunkProofStep(
                            record: record, migration: migration, nodes: [], site: site, isKept: true))
                    continue
                }
                let record = pair.record ?? MigratedChunk(uncopied: source)
                let available = Set(nodes.map(\.name))
                let others = source.nodes.filter { $0 != record.node }
                let from = ((source.nodes.contains(record.node ?? "") ? [record.node ?? ""] : []) + others)
                    .filter { available.contains($0) }
                steps.append(
                    ChunkProofStep(
                        record: record, migration: migration, nodes: from, site: site))
            }
        }
        return MigrationProof(steps: steps, links: links)
    }
}

extension MigrationTarget {
    /// How often the store's lock is tried, each time as long as an INSERT of those who copy may wait behind it.
    private static let renewals = 3

    /// Adds what the schema of an earlier tscl lacks.
    ///
    /// - Throws: where such a one is at work, whose transactions last as long as the copy of a chunk.
    package func renewStore() async throws(ClusterError) {
        guard try await send(MigrationStore.isOlder).value == "t" else { return }
        for attempt in 1... {
            do throws(ClusterError) {
                return try await together([ChunkCopySQL.lockTimeout(.seconds(3))] + MigrationStore.renewal)
            } catch {
                guard error.mayPass else { throw error }
                if attempt == Self.renewals { throw .storeIsInUse(because: error) }
            }
            // Those who wait behind go first.
            guard (try? await EventLoop.shared.sleep(until: .now + .milliseconds(500))) != nil else {
                throw .interrupted
            }
        }
    }
}

extension ClusterError {
    fileprivate static func storeIsInUse(because error: ClusterError) -> ClusterError {
        var failure = ClusterError(
            "the schema tscl_migrate, where the migrations are recorded, is of an older tscl, and one that copies has it in use: "
                + "nothing was done",
            remedy: "run it again when that one has ended")
        failure.sqlstate = error.sqlstate
        return failure
    }
}
