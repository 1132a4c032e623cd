package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// The chunks of a real cluster, for moving.
package struct ClusterMoving: MovingSite {
    let cluster: Cluster
    let capabilities: Capabilities
    /// Looks how far copies are.
    let watch: CopyWatch
    let kept = KeptLinks()
    private let suspects: SuspectNodes
    /// The nodes whose disks are full.
    private let full: Lock<Set<String>>
    let shared: SharedSessions
    let doubts = HealedDoubts()
    private let nodes: [String: DataNode]
    /// The copies that were made here.
    let made = Lock<Set<String>>([])
    private let keptAside = Lock<[(copying: ChunkCopying, table: KeptTable)]>([])
    let maxLock: Duration

    /// - Parameters:
    ///   - nodes: the data nodes.
    ///   - maxLock: how long writers may wait where something is cleaned up.
    package init(
        _ cluster: Cluster, among nodes: [DataNode], maxLock: Duration
    ) async throws(ClusterError) {
        self.cluster = cluster
        self.maxLock = maxLock
        let shared = SharedSessions(MovingSessions.shared)
        self.shared = shared
        let watch = CopyWatch(cluster, among: nodes) { [kept] sql in
            // What is not looked at now is looked at soon.
            let rows = try? await shared.with(.look, until: .now + CopyWatch.patience) { () throws(ClusterError) in
                let own = Cluster(cluster.connection).limited(to: CopyWatch.patience)
                return try await own.aside(keeping: kept) { link throws(ClusterError) in
                    try await own.send(sql, on: link).records
                }
            }
            return rows ?? nil
        }
        self.watch = watch
        full = Lock([])
        suspects = SuspectNodes { await watch.silentNodes() }
        capabilities = try await cluster.capabilities()
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Those that are not marked unavailable.
    var nodeNames: [String] { nodes.values.filter(\.isAvailable).map(\.name).sorted() }

    func node(_ name: String) throws(ClusterError) -> DataNode {
        guard let node = nodes[name] else { throw ClusterError(gone: name) }
        return node
    }

    package func state(of chunk: Chunk) async throws(ClusterError) -> ChunkState? {
        try await reading { link throws(ClusterError) in try await state(of: chunk, on: link) }
    }

    func state(of chunk: Chunk, on link: any Link) async throws(ClusterError) -> ChunkState? {
        let standings = try await cluster.send(ChunkStanding.query(ofChunk: chunk.id), on: link).records
        guard let row = standings.first else { return nil }
        return ChunkState(ChunkStanding(row: row), try await records(of: chunk, on: link))
    }

    package func records(of chunk: Chunk) async throws(ClusterError) -> [ChunkCopying] {
        try await reading { link throws(ClusterError) in try await records(of: chunk, on: link) }
    }

    /// Reads over the session of the command, and once more over the next where that one is lost meanwhile.
    private func reading<Value>(
        _ read: (any Link) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        do throws(ClusterError) {
            return try await read(try await cluster.link())
        } catch  where error.kind == .connectionLost {
            return try await read(try await cluster.link())
        }
    }

    private func records(of chunk: Chunk, on link: any Link) async throws(ClusterError) -> [ChunkCopying] {
        try await cluster.send(ChunkCopying.list(ofChunk: chunk.id), on: link).records.map { ChunkCopying(row: $0) }
    }

    package func claiming<Value: Sendable>(
        _ chunk: Chunk, _ work: (any ChunkClaim) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value? {
        try await cluster.aside(keeping: kept, release: ChunkCopySQL.release) { link throws(ClusterError) in
            guard try await cluster.claim(chunk.id, over: link) else { return nil }
            return try await work(ClusterChunkClaim(site: self, chunk: chunk, link: link))
        }
    }

    package func cleanUp(
        _ copying: ChunkCopying, isOwnCall: Bool, _ report: StepReport?
    ) async throws(ClusterError) {
        let waits = {
            report?.waits(for: "its turn to clean up after \(copying.operation), behind others"); return
        }
        let isOwn = made.withLock { $0.contains(copying.operation) }
        let cleanup = try await shared.with(.cleanup, waits: waits) { () throws(ClusterError) in
            try await cluster.cleanUp(
                copying, isOwnCall: isOwnCall, isOwnCopy: isOwn, isClaimed: true, maxLock: maxLock)
        }
        if case .undone(let table?)? = cleanup { keptAside.withLock { $0.append((copying, table)) } }
    }

    /// The tables with rows that copies alone had which nobody had proved, and which were dropped.
    package var rowsAside: [(copying: ChunkCopying, table: KeptTable)] { keptAside.withLock { $0 } }

    /// Closes the connections that outlive a move.
    package func close() async {
        suspects.end()
        await watch.close()
        await kept.close()
    }

    package func look(after copying: ChunkCopying) async {
        guard let source = nodes[copying.source], let destination = nodes[copying.destination] else { return }
        let state = await watch.state(of: copying.operation, from: source, to: destination, totalBytes: 0)
        if state?.isFailing == true { await watch.cancel(copying.operation) }
    }

    package func suspect(_ nodes: [String]) { suspects.suspect(nodes) }

    package func goneNode(among nodes: [String]) async -> String? { await suspects.gone(among: nodes) }

    package func noteFull(_ node: String) { full.withLock { _ = $0.insert(node) } }

    /// The nodes whose disks were noted to be full.
    package var fullNodes: Set<String> { full.withLock { $0 } }

    package func isFull(_ node: String) -> Bool { full.withLock { $0.contains(node) } }

    /// A while in which others may get on.
    private static let pause: Duration = .milliseconds(500)

    package func pause() async throws(ClusterError) {
        do {
            try await EventLoop.shared.sleep(until: .now.advanced(by: Self.pause))
        } catch {
            throw .interrupted
        }
        if let deadline = cluster.deadline, deadline <= .now { throw .noTurn() }
    }
}

extension Cluster {
    /// Has a chunk to itself, as long as a session of the access node lives.
    ///
    /// - Returns: false if another session has it.
    func claim(_ chunk: Int, over link: any Link) async throws(ClusterError) -> Bool {
        let answer = try await send(ChunkCopySQL.claim(chunk, process: link.info.backendPID), on: link)
        guard let claimed = answer.value else {
            throw ClusterError(
                "a pooler stands between tscl and the access node: who works on a chunk could not be told there",
                remedy: "connect to the access node's own port")
        }
        return claimed == "t"
    }
}
