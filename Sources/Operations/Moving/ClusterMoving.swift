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
    private let nodes: [String: DataNode]
    private let shapes: [TableName: RowShape]

    /// - Parameters:
    ///   - nodes: the data nodes.
    ///   - chunks: what is to be moved.
    package init(_ cluster: Cluster, among nodes: [DataNode], _ chunks: [Chunk]) async throws(ClusterError) {
        self.cluster = cluster
        watch = CopyWatch(cluster)
        capabilities = try await cluster.capabilities()
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        let tables = Set(chunks.map(\.tableID)).sorted()
        let shapes = try await cluster.send(RowShape.list(of: tables)).records.map { RowShape(row: $0) }
        self.shapes = Dictionary(shapes.map { ($0.table, $0) }) { first, _ in first }
    }

    func node(_ name: String) throws(ClusterError) -> DataNode {
        guard let node = nodes[name] else { throw ClusterError(gone: name) }
        return node
    }

    func shape(of chunk: Chunk) throws(ClusterError) -> RowShape {
        guard let shape = shapes[chunk.table] else {
            throw ClusterError("the hypertable \(chunk.table) is not there any more")
        }
        return shape
    }

    package func state(of chunk: Chunk) async throws(ClusterError) -> ChunkState? {
        try await state(of: chunk, on: try await cluster.link())
    }

    func state(of chunk: Chunk, on link: any Link) async throws(ClusterError) -> ChunkState? {
        let standings = try await cluster.send(ChunkStanding.query(ofChunk: chunk.id), on: link).records
        guard let row = standings.first else { return nil }
        let copyings = try await cluster.send(ChunkCopying.list(ofChunk: chunk.id), on: link)
        return ChunkState(ChunkStanding(row: row), copyings.records.map { ChunkCopying(row: $0) })
    }

    package func claiming<Value: Sendable>(
        _ chunk: Chunk, _ work: (any ChunkClaim) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value? {
        try await cluster.aside { link throws(ClusterError) in
            guard try await cluster.send(ChunkCopySQL.claim(chunk.id), on: link).value == "t" else { return nil }
            return try await work(ClusterChunkClaim(site: self, chunk: chunk, link: link))
        }
    }

    package func cleanUp(_ copying: ChunkCopying, isOwnCall: Bool) async throws(ClusterError) {
        _ = try await cluster.cleanUp(copying, isOwnCall: isOwnCall, isClaimed: true)
    }

    /// Closes the connections that outlive a move.
    package func close() async { await watch.close() }

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
