/// Which rows the copies of a chunk have that others lack, and which copy is right: the one that holds all rows of the
/// others.
package struct CopyDifferences: Sendable {
    private let digests: [String: CopyDigest]
    /// One node of each content, by what its rows come to; none for a copy without rows.
    private let representative: [CopyDigest: String]
    /// How many rows of the second of two contents the first lacks.
    private var lacks: [String: [String: Int]] = [:]

    /// So many rows are compared at once.
    private static let mostRows = 200_000

    package init(_ digests: [String: CopyDigest]) {
        self.digests = digests
        let pairs = digests.filter { $0.value.rows > 0 }.map { ($0.value, $0.key) }
        representative = Dictionary(pairs) { min($0, $1) }
    }

    /// The nodes whose rows have to be compared; the others have the same rows as one of these, or none.
    package var toCompare: [String] { representative.count > 1 ? representative.values.sorted() : [] }

    /// The parts that differ, some at a time.
    package static func batches(_ parts: [String: [Int: CopyDigest]]) -> [[Int]] {
        var batches: [[Int]] = []
        var rows = 0
        for number in Set(parts.values.flatMap(\.keys)).sorted() {
            let digests = parts.values.map { $0[number] ?? .none }
            guard Set(digests).count > 1 else { continue }
            let most = digests.map(\.rows).max() ?? 0
            if batches.isEmpty || rows + most > mostRows {
                batches.append([])
                rows = 0
            }
            batches[batches.count - 1].append(number)
            rows += most
        }
        return batches
    }

    /// Takes the rows of a batch.
    package mutating func take(_ rows: [String: [Int64: CopyRow]]) {
        for (node, own) in rows {
            for (other, theirs) in rows where other != node {
                let missing = theirs.reduce(0) { $0 + max(0, $1.value.count - (own[$1.key]?.count ?? 0)) }
                lacks[node, default: [:]][other, default: 0] += missing
            }
        }
    }

    /// How many rows that are in another copy one lacks.
    package func lacking(in node: String, of other: String) -> Int {
        guard let own = digests[node], let theirs = digests[other], own != theirs, theirs.rows > 0 else { return 0 }
        guard own.rows > 0 else { return theirs.rows }
        return lacks[representative[own] ?? node]?[representative[theirs] ?? other] ?? 0
    }

    /// Whether the rows were others than those that the digests are of, as where a transaction in doubt was ended in
    /// between: what two copies lack of each other does not come to the difference of their rows.
    package var areChanging: Bool {
        digests.contains { node, own in
            digests.contains { other, theirs in
                guard own != theirs else { return false }
                let (lacks, hasMore) = (lacking(in: node, of: other), lacking(in: other, of: node))
                return lacks == 0 && hasMore == 0 || own.rows - theirs.rows != hasMore - lacks
            }
        }
    }

    package struct Judgement: Sendable, Equatable {
        package let kept: String
        /// The copies with other rows.
        package let wrong: [String]
    }

    /// - Parameter keep: the node whose copy is right, whatever the others have; it must have one.
    /// - Returns: nil if each copy lacks rows of another.
    package func judge(keeping keep: String? = nil) -> Judgement? {
        let nodes = digests.keys.sorted()
        let right =
            keep ?? nodes.first { node in nodes.allSatisfy { lacking(in: node, of: $0) == 0 } }
        guard let right, let digest = digests[right] else { return nil }
        return Judgement(kept: right, wrong: nodes.filter { digests[$0] != digest })
    }
}
