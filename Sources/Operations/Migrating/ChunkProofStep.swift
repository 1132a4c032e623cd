package import ClusterAccess
package import MultiNode
import Postgres

/// The comparison of a copied chunk with the source, row for row, on both sides as they are now.
package struct ChunkProofStep: Step {
    package enum Result: String, Sendable {
        case same
        /// The source was written to since the chunk was copied, or it is not copied yet, as happens until the cut-over.
        case changed
        /// The target was written to since the cut-over; the source is what was copied.
        case written
        /// The target has dropped it since the cut-over, as a retention policy does; the source is what was copied.
        case dropped
        /// The target was written to since the cut-over, and nobody had compared the copy before, or an earlier tscl has cut
        /// over without a look at it: whether it had all rows can't be told any more.
        case unproved
        /// The source has not this chunk any more: only the target has its rows, and nothing is there to compare them with.
        case kept
        case differs

        /// Whether the old table's rows are in the new one, but for what was done to these since the cut-over.
        package var isPassed: Bool { self == .same || self == .written || self == .dropped || self == .kept }
    }

    package let record: MigratedChunk
    package let migration: Migration
    /// The nodes that have the chunk, the one that it was copied from first.
    package let nodes: [String]
    let site: ClusterMigrationSite
    /// Whether only the target has it.
    var isKept = false

    package var name: String { record.source.name }
    package var plan: Plan { Plan() }
    package var weight: Int64 { Int64(max(1, record.bytes ?? 1)) }
    package var places: [StepPlace] { nodes.first.map { [.source($0)] } ?? [] }

    package func run(_ report: StepReport) async throws(ClusterError) -> Result {
        if isKept { return .kept }
        // The next copy brings it over.
        if migration.state == .copying, record.target == nil { return .changed }
        var silent: ClusterError?
        for node in nodes {
            do throws(ClusterError) {
                return try await compare(with: node)
            } catch {
                guard error.node == node, error.isSilence || error.kind == .mismatched else { throw error }
                silent = error
            }
        }
        throw silent ?? ClusterError("no data node that answers has the chunk \(name)", remedy: "check")
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> Result? { nil }

    private func compare(with node: String) async throws(ClusterError) -> Result {
        try await site.links.asking(node) { source throws(ClusterError) in
            try await site.links.writing { link throws(ClusterError) in
                let reading = ChunkReading(record.source, on: node, site.cluster, source)
                let (facts, snapshot) = try await reading.begin()
                let hash = RowHash(site.table.columns, servers: [source.info.serverVersion, link.info.serverVersion])
                async let read = reading.digest(hash, facts)
                let written = await written(hash, on: link)
                let (one, other) = (try await read.get(), try written.get())
                try await site.cluster.send("ROLLBACK", on: source, node: node)
                if let other, one.rows == other.rows, one.hash == other.hash {
                    // What the source gets from now on is new: until here it is all there.
                    // Behind the cut-over the source stays as it is, and what is compared once counts for good.
                    if migration.state == .copying || record.isUncompared {
                        try await reading.keep(snapshot)
                        let seen = record.seen(
                            ofCluster: migration.cluster, on: snapshot, one, by: hash.formula)
                        try await site.cluster.send(seen, on: link, node: site.target.node)
                    }
                    return .same
                }
                // A chunk without rows needs no copy.
                if record.target == nil, one.rows == 0 { return .same }
                let isAsCopied = try await isAsCopied(one, by: hash, on: source, node)
                return try await difference(one, other, isAsCopied: isAsCopied, on: link)
            }
        }
    }

    /// Whether the source has what was copied. A sum of another formula tells nothing: then it counts whether the copy that
    /// was read has been written to since.
    private func isAsCopied(
        _ one: RowDigest, by hash: RowHash, on source: any Link, _ node: String
    ) async throws(ClusterError) -> Bool {
        guard one.rows == record.rows else { return false }
        guard let checksum = record.checksum else { return true }
        if record.formula == hash.formula { return one.hash == checksum }
        guard node == record.node else { return true }
        // Behind the cut-over nobody writes there, and a server that was only started anew has what it had.
        let answer = try await site.cluster.changes(among: [record], on: source, of: node)
        return answer.changed.isEmpty && answer.replaced.isEmpty
    }

    /// Why both sides are not the same.
    ///
    /// - Parameters:
    ///   - other: nil where the target has not the chunk.
    ///   - isAsCopied: whether the source has what was copied.
    private func difference(
        _ one: RowDigest, _ other: RowDigest?, isAsCopied: Bool, on link: any Link
    ) async throws(ClusterError) -> Result {
        guard let xmin = migration.cutOverXmin, migration.state == .cutOver else {
            guard isAsCopied, other != nil else { return .changed }
            let anew = MigratedChunk.differs(record.sourceID, ofCluster: migration.cluster)
            try await site.cluster.send(anew, on: link, node: site.target.node)
            return .differs
        }
        guard isAsCopied, let target = record.target else { return .differs }
        guard let other else { return .dropped }
        let since = ChangeQuery.isWritten(target, compressed: record.compressedThere, since: xmin)
        let isWritten = try await site.cluster.send(since, on: link, node: site.target.node).value == "t"
        guard isWritten || other.rows < one.rows else { return .differs }
        return record.isUncompared || !migration.wasLookedAt ? .unproved : .written
    }

    /// What the rows of the target come to; nil where it has not the chunk.
    private func written(_ hash: RowHash, on link: any Link) async -> Swift.Result<RowDigest?, ClusterError> {
        guard let target = record.target, record.isThere else { return .success(nil) }
        do throws(ClusterError) {
            for statement in ["BEGIN READ ONLY", SourceReading.settings, SourceReading.path] {
                try await site.cluster.send(statement, on: link, node: site.target.node)
            }
            let result = try await site.cluster.send(hash.digest(of: target), on: link, node: site.target.node)
            try await site.cluster.send("ROLLBACK", on: link, node: site.target.node)
            return .success(RowDigest(row: result.records.first ?? [:]))
        } catch {
            return .failure(error)
        }
    }
}
