/// For how long a cut-over is going to keep those who write waiting, as far as that can be told before it.
package struct PauseEstimate: Sendable, Equatable {
    /// What is copied in a second, one chunk at a time: bytes of the source.
    private static let copying = 30.0 * 1_000_000
    /// What is searched for changes in a second, on a node that has other things to do: bytes.
    private static let searching = 100.0 * 1_000_000
    /// The lock, and the exchange of the names, in milliseconds.
    private static let exchange = 300.0
    /// What the copy of a chunk takes besides its rows, in milliseconds.
    private static let chunk = 40.0

    /// How long it takes to find the chunks that have changed.
    private let search: Duration
    /// How many chunks are copied meanwhile, and their bytes.
    private let chunks: Int
    private let bytes: Double
    /// Those of the continuous aggregates whose rows go into new ones meanwhile.
    private let aggregates: Int

    /// - Parameters:
    ///   - search: as it was measured.
    ///   - bytes: of those chunks.
    ///   - aggregates: bytes of continuous aggregates whose rows go into new ones under the lock; 0 to another server.
    package init(search: Duration, copying chunks: Int, bytes: Double, aggregates: Int) {
        (self.search, self.chunks, self.bytes, self.aggregates) = (search, chunks, bytes, aggregates)
    }

    /// Where nothing was measured.
    ///
    /// - Parameter searched: the bytes that the node has to look through that has most of them.
    package init(searched: Int64, copying chunks: Int, bytes: Double, aggregates: Int) {
        self.init(
            search: .seconds(Double(searched) / Self.searching), copying: chunks, bytes: bytes, aggregates: aggregates)
    }

    package var milliseconds: Int {
        let copies = Self.chunk * Double(chunks) + bytes / Self.copying * 1000
        return Int(
            search / .milliseconds(1) + Self.exchange + copies + DependentAggregate.seconds(for: aggregates) * 1000)
    }
}

extension MigrationFacts {
    /// The pause of a hypertable's cut-over, before anything is copied.
    ///
    /// The newest chunks are taken for those that are written to, so that they are copied again while writers wait.
    package func pause(of definition: PlainHypertable) -> PauseEstimate {
        let own = chunks.filter { $0.tableID == definition.id }
        var searched: [String: Int64] = [:]
        var newest: (start: String?, chunks: Int, bytes: Int64) = (nil, 0, 0)
        for chunk in own {
            let known = chunk.copies.compactMap { copy in
                estimates[copy.node]?[copy.number].map { (node: copy.node, bytes: $0.bytes) }
            }
            // One of its copies is read.
            if let first = known.first { searched[first.node, default: 0] += first.bytes }
            let bytes = known.map(\.bytes).max() ?? 0
            if newest.chunks > 0, chunk.rangeStart == newest.start {
                newest.chunks += 1
                newest.bytes += bytes
            } else if newest.chunks == 0 || Self.isLater(chunk.rangeStart, newest.start) {
                newest = (chunk.rangeStart, 1, bytes)
            }
        }
        return PauseEstimate(
            searched: searched.values.max() ?? 0, copying: newest.chunks, bytes: Double(newest.bytes),
            aggregates: bytesOfAggregates[definition.id] ?? 0)
    }

    /// - Parameter one: a time, or a number, as PostgreSQL writes it.
    private static func isLater(_ one: String?, _ other: String?) -> Bool {
        guard let one else { return false }
        guard let other else { return true }
        if let one = Double(one), let other = Double(other) { return one > other }
        return one > other
    }
}
