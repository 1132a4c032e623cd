import ClusterAccess
import MultiNode
import Platform
import Postgres

/// A chunk that one session of the access node has to itself.
struct ClusterChunkClaim: ChunkClaim {
    let site: ClusterMoving
    let chunk: Chunk
    /// To the access node. What this session has claimed is free when it ends.
    let link: any Link

    var cluster: Cluster { site.cluster }

    /// What part of a move the copying is; the rest is comparing.
    private static let copyingShare = 0.9

    /// How long a statement may take that only looks, or changes a name.
    static let shortly: Duration = .seconds(30)

    func copy(
        from source: String, to destination: String, as name: ChunkCopyName, bytes: Int64, within limit: Duration,
        _ report: StepReport
    ) async throws(ClusterError) -> CopyEnd {
        try await nameCompressed(on: source)
        try await cluster.send(ChunkCopySQL.limit(limit), on: link)
        let (start, end) = (try site.node(source), try site.node(destination))
        let failed = Lock(false)
        let watching = Task(executorPreference: EventLoop.shared) { [watch = site.watch] in
            // The link is busy with the call.
            await watch.follow(name.text, from: start, to: end, totalBytes: bytes) { state in
                if bytes > 0 { report.progressed(to: Double(state.bytes) / Double(bytes) * Self.copyingShare) }
                if let wait = state.wait { report.waits(for: wait.text) }
                if state.isFailing {
                    failed.withLock { $0 = true }
                    await watch.cancel(name.text)
                }
            }
        }
        defer { watching.cancel() }
        do throws(ClusterError) {
            try await cluster.send(
                ChunkCopySQL.copy(chunk.name, from: source, to: destination, as: name), on: link,
                timeout: limit + Self.shortly)
            try await cluster.send("RESET statement_timeout", on: link, timeout: Self.shortly)
            return .made
        } catch {
            // The session goes on; its name stays, which tells others that it works on the copy.
            if await link.isOpen {
                _ = try? await cluster.send("RESET statement_timeout", on: link, timeout: Self.shortly)
            }
            // query_canceled: appendix A of the PostgreSQL manual.
            if error.sqlstate == "57014", failed.withLock({ $0 }) { return .failing }
            throw error
        }
    }

    /// Gives the table of the compressed rows a name that the destination has not: else the copy would fail there.
    private func nameCompressed(on source: String) async throws(ClusterError) {
        let node = try site.node(source)
        try await cluster.asking(node, keeping: site.kept, timeout: Self.shortly) { link throws(ClusterError) in
            let found = try await cluster.send(
                ChunkCopySQL.compressedTable(of: chunk.name), on: link, node: source, timeout: Self.shortly)
            guard let row = found.records.first, let name = row["name"].flatMap({ $0 }),
                let rename = ChunkCopySQL.rename(
                    TableName(schema: row["schema"].flatMap { $0 }, name: name), ofChunk: chunk.id)
            else { return }
            for statement in ["BEGIN", "SET LOCAL lock_timeout = '3s'", rename, "COMMIT"] as [SQL] {
                try await cluster.send(statement, on: link, node: source, timeout: Self.shortly)
            }
        }
    }

    func forget(_ operation: String) async throws(ClusterError) {
        if site.capabilities.isSuperuser { return }
        do throws(ClusterError) {
            try await cluster.send(ChunkCopySQL.forget(operation), on: link, timeout: Self.shortly)
        } catch {
            // invalid_parameter_value: there is no such record any more.
            guard error.sqlstate == "22023" else { throw error }
        }
    }
}
