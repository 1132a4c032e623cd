import CommandLanguage
import MultiNode
import Rendering

/// What a command that moves chunks is going to do.
struct MovingPlan {
    struct Stuck {
        let chunk: Chunk
        let reason: String
        let remedy: String?
        /// Whether the same command, run again, does it when the remedy was followed.
        let mayGoOn: Bool

        init(_ chunk: Chunk, _ reason: String, remedy: String? = nil, mayGoOn: Bool = true) {
            self.chunk = chunk
            self.reason = reason
            self.remedy = remedy
            self.mayGoOn = mayGoOn
        }
    }

    /// In their order.
    var moves: [ChunkMove] = []
    /// Those that the moves are about.
    var chunks: [Chunk] = []
    /// All data nodes.
    var nodes: [DataNode] = []
    /// Sent once, before the first move.
    var before = Plan()
    /// What is as it is wanted already.
    var unchanged: [String] = []
    /// What is to be known of the whole.
    var notes: [String] = []
    /// What can be done when all of it is done, by what is so then.
    var afterwards: [(when: String, advice: String)] = []
    /// What can't be done.
    var stuck: [Stuck] = []
    /// Another command that does what can't be done by this one; nil where it is this one, run again.
    var rest: String?

    init() {}

    /// Says before anything is copied which chunks may be too large to be compared while writers wait.
    ///
    /// - Parameter maxLock: how long they may.
    mutating func noteSlowComparisons(within maxLock: Duration) {
        let slow = moves.filter { CopyEstimate.comparison($0.bytes) > maxLock }
        guard let largest = slow.max(by: { $0.bytes < $1.bytes }),
            let chunk = chunks.first(where: { $0.id == largest.chunk })
        else { return }
        let time = CopyEstimate.comparison(largest.bytes)
        notes.append(
            "\(slow.count.counted("chunk")) may take longer to compare than writers may wait (\(roughTime(maxLock))) "
                + "where servers are busy, the largest, \(chunk.name.shownName) of \(ByteCount.text(largest.bytes)), about "
                + "\(roughTime(time)): what can't be compared is not moved; --max-lock gives it more")
    }

    /// The chunks by their numbers.
    var numbered: [Int: Chunk] { Dictionary(chunks.map { ($0.id, $0) }) { first, _ in first } }

    /// The nodes that moves name.
    var names: Set<String> { Set(moves.map(\.source)).union(destinations) }

    /// The nodes that get copies.
    var destinations: Set<String> { Set(moves.compactMap(\.destination)) }
}
