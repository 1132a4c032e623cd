/// For how long a cut-over is going to keep those who write waiting, as far as that can be told before it: rather too long
/// than too short, for a lock that is taken in vain helps nobody.
package struct PauseEstimate: Sendable, Equatable {
    /// What is searched for changes in a second, on a node that has other things to do: bytes.
    private static let searching = 100.0 * 1_000_000
    /// Only a second search that finds nothing ends the copying of changes.
    private static let searches = 2
    /// The lock, and the exchange of the names.
    private static let exchange = Duration.milliseconds(300)
    /// What the copy of a chunk takes besides its rows.
    private static let chunk = Duration.milliseconds(40)

    /// How long it takes to find the chunks that have changed.
    private let search: Duration
    /// How many chunks are copied meanwhile, and how long their rows take, one by one.
    private let chunks: Int
    private let copying: Duration
    /// How long the rows of continuous aggregates take that go into new ones meanwhile.
    private let aggregates: Duration

    /// - Parameters:
    ///   - search: as it was measured.
    ///   - copying: how long it takes to copy these chunks.
    ///   - aggregates: how long the rows of continuous aggregates take that go into new ones under the lock; none to
    ///     another server.
    package init(search: Duration, copying: Duration, of chunks: Int, aggregates: Duration) {
        (self.search, self.chunks, self.copying, self.aggregates) = (search, chunks, copying, aggregates)
    }

    /// Where nothing was measured.
    ///
    /// - Parameter searched: the bytes that the node has to look through that has most of them.
    package init(searched: Int64, copying: Duration, of chunks: Int, aggregates: Duration) {
        self.init(
            search: .seconds(Double(searched) / Self.searching), copying: copying, of: chunks, aggregates: aggregates)
    }

    package var milliseconds: Int {
        let all = search * Self.searches + Self.exchange + Self.chunk * chunks + copying + aggregates
        return Int(all / .milliseconds(1))
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
        // The target has the bytes of all nodes, and looks through them once, by several sessions.
        let looked = searched.values.reduce(0, +) / Self.looks
        return PauseEstimate(
            searched: max(searched.values.max() ?? 0, looked), copying: pace.time(for: newest.bytes), of: newest.chunks,
            aggregates: pausesOfAggregates[definition.id] ?? .zero)
    }

    /// How much faster the copies are looked through than a node's chunks: by four sessions, once.
    private static let looks: Int64 = 4

    /// - Parameter one: a time, or a number, as PostgreSQL writes it.
    private static func isLater(_ one: String?, _ other: String?) -> Bool {
        guard let one else { return false }
        guard let other else { return true }
        if let one = Double(one), let other = Double(other) { return one > other }
        return one > other
    }
}
