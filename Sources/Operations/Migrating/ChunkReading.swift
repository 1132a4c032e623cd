import ClusterAccess
import MultiNode
import Postgres

/// The reading of one chunk on its data node, in one snapshot, which nobody takes the rows away from.
struct ChunkReading {
    private let chunk: TableName
    private let node: String
    private let cluster: Cluster
    private let link: any Link

    init(_ chunk: TableName, on node: String, _ cluster: Cluster, _ link: any Link) {
        self.chunk = chunk
        self.node = node
        self.cluster = cluster
        self.link = link
    }

    /// Begins the transaction that it is read in.
    ///
    /// - Returns: what is there, and what it is read in.
    func begin() async throws(ClusterError) -> (SourceFacts, SourceSnapshot) {
        guard var facts = try await facts() else { throw missing }
        for _ in 0..<3 {
            for statement in SourceReading.begin(facts) { try await send(statement) }
            try await send(SourceReading.settings)
            try await send(SourceReading.path)
            let snapshot = SourceSnapshot(
                of: node, row: try await send(SourceReading.snapshot).records.first ?? [:])
            guard let now = try await self.facts() else { throw missing }
            // It may have been compressed, or decompressed, just before it was locked.
            if now == facts { return (now, snapshot) }
            try await send("ROLLBACK")
            facts = now
        }
        throw ClusterError("\(chunk.shownName) is being compressed again and again", node: node)
    }

    /// What the rows come to in the snapshot.
    func digest(
        _ hash: RowHash, _ facts: SourceFacts, countsOnly: Bool = false
    ) async -> Result<RowDigest, ClusterError> {
        do throws(ClusterError) {
            let query = hash.digest(of: facts.chunk, within: facts.conditions, countsOnly: countsOnly)
            return .success(RowDigest(row: try await send(query).records.first ?? [:]))
        } catch {
            return .failure(error)
        }
    }

    /// Waits until the node's log is on disk up to where it was in the snapshot, which takes a moment at most where the node
    /// commits without waiting for that. Before that no snapshot is recorded: after a crash the node would give numbers of
    /// transactions again that it has not seen. The transaction of the reading is over by then.
    func keep(_ snapshot: SourceSnapshot) async throws(ClusterError) {
        guard let place = snapshot.place else { return }
        for look in 0..<Self.looks {
            if try await send(SourceReading.isKept(through: place)).value == "t" { return }
            if look == 0 { _ = try await send(SourceReading.flush) } else { try await cluster.waitForOthers() }
        }
        throw ClusterError(
            "\(node) does not bring its log to disk: what it has of \(chunk.shownName) may be gone after a crash",
            node: node,
            remedy: "look at its log and its disk; then again")
    }

    /// How often it is looked for that, 0.2 s apart. Its WAL writer rests for `wal_writer_delay`, at most 10 s, and three times
    /// as long where little is written.
    private static let looks = 200

    private func facts() async throws(ClusterError) -> SourceFacts? {
        try await send(SourceFacts.list(of: [chunk])).records.first.map { SourceFacts(row: $0) }
    }

    private var missing: ClusterError {
        ClusterError(
            "\(node) has no chunk \(chunk.shownName), though the access node's catalog has it", kind: .mismatched,
            node: node, remedy: "check")
    }

    @discardableResult
    private func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: node)
    }
}
