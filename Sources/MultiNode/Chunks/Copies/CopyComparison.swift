/// The comparison of the copies of one chunk: which question comes next, and what the answers come to.
///
/// The copies are read at about the same time, and writers may write between one and the other: a transaction commits on
/// one node a moment before the next. So what differs is looked at again, and then twice the same must be found, at the
/// first of these two times without an open transaction that writes: one that spans both would be seen there.
package struct CopyComparison: Sendable {
    package enum Verdict: String, Sendable {
        case same
        case differs
        /// At each look they had other rows than at the last, and differed.
        case changing
        /// There are not two copies that could be read.
        case unknown
    }

    /// What is known of one copy.
    package struct Copy: Sendable, Equatable {
        package enum State: Sendable { case read, missing, unread }

        package let node: String
        package var state: State
        package var rows: Int?
        /// How many rows others have that it has not; nil if unknown.
        package var lacks: Int?
        /// The key of one of them.
        package var example: String?
        /// Whether it may be more of them.
        package var mayLackMore = false

        package init(node: String, state: State, rows: Int? = nil) {
            (self.node, self.state, self.rows) = (node, state, rows)
        }
    }

    package enum Step: Sendable, Equatable {
        case ask(CopyQuestion)
        case done
    }

    /// How often it looks at copies that change while they are read.
    private static let mostLooks = 6
    /// How many rows of a copy are fetched to find those that differ.
    private static let mostRows = 200_000

    private let countsOnly: Bool
    private var looks: [[String: CopyReply]] = []
    private var parts: [String: [Int: CopyDigest]] = [:]
    /// Whether all parts that differ were fetched.
    private var isWhole = true
    package private(set) var verdict = Verdict.unknown
    /// By node.
    package private(set) var copies: [Copy] = []

    /// - Parameter countsOnly: whether rows are counted, and not compared.
    package init(countsOnly: Bool) { self.countsOnly = countsOnly }

    package var first: CopyQuestion { look(watching: false) }

    private func look(watching isWatching: Bool) -> CopyQuestion {
        countsOnly ? .count(watching: isWatching) : .digest(watching: isWatching)
    }

    /// - Parameter replies: of all the nodes that were asked, to the last question.
    package mutating func take(_ replies: [String: CopyReply]) -> Step {
        switch replies.values.first(where: { $0.isOfRows }) {
        case .parts: return takeParts(replies)
        case .rows: return takeRows(replies)
        default: break
        }
        // Nobody answered the question about parts.
        return verdict == .differs ? .done : takeLook(replies)
    }

    private mutating func takeLook(_ replies: [String: CopyReply]) -> Step {
        looks.append(replies)
        note(replies)
        let read = replies.filter { $0.value != .unread }
        guard read.count > 1 else { return end(.unknown) }
        let digests = Set(read.values.map(\.digest))
        // A chunk that no node has is not whole.
        if digests.count == 1, digests != [nil] { return end(.same) }
        if looks.count > 2, let last = looks.dropLast().last, last.mapValues(\.content) == replies.mapValues(\.content),
            !last.values.contains(where: \.isWritten)
        {
            return differ(read)
        }
        return looks.count < Self.mostLooks ? .ask(look(watching: true)) : end(.changing)
    }

    private mutating func end(_ verdict: Verdict) -> Step {
        self.verdict = verdict
        return .done
    }

    private mutating func differ(_ read: [String: CopyReply]) -> Step {
        verdict = .differs
        let most = read.values.compactMap(\.digest).map(\.rows).max() ?? 0
        for index in copies.indices where copies[index].state == .missing { copies[index].lacks = most }
        guard !countsOnly else { return .done }
        if Set(read.values.compactMap(\.digest)).count > 1 { return .ask(.parts) }
        // Those that are there are the same.
        for index in copies.indices where copies[index].state == .read { copies[index].lacks = 0 }
        return .done
    }

    private mutating func note(_ replies: [String: CopyReply]) {
        copies = replies.sorted { $0.key < $1.key }.map { node, reply in
            switch reply {
            case .digest(let digest, _): Copy(node: node, state: .read, rows: digest.rows)
            case .missing: Copy(node: node, state: .missing)
            case .unread, .parts, .rows: Copy(node: node, state: .unread)
            }
        }
    }

    private mutating func takeParts(_ replies: [String: CopyReply]) -> Step {
        for case (let node, .parts(let parts)) in replies { self.parts[node] = parts }
        let numbers = Set(parts.values.flatMap(\.keys)).sorted()
        let differing = numbers.filter { number in Set(parts.values.map { $0[number] ?? .none }).count > 1 }
        var chosen: [Int] = []
        var rows = 0
        for number in differing {
            rows += parts.values.map { $0[number]?.rows ?? 0 }.max() ?? 0
            if rows > Self.mostRows, !chosen.isEmpty { break }
            chosen.append(number)
        }
        isWhole = chosen.count == differing.count
        // Written meanwhile after all.
        return chosen.isEmpty ? end(.same) : .ask(.rows(chosen))
    }

    private mutating func takeRows(_ replies: [String: CopyReply]) -> Step {
        var all: [Int64: CopyRow] = [:]
        for case .rows(let rows) in replies.values {
            all.merge(rows) { $0.count >= $1.count ? $0 : $1 }
        }
        for index in copies.indices {
            guard case .rows(let rows) = replies[copies[index].node] else { continue }
            var lacks = 0
            var example: String?
            for (hash, row) in all {
                let missing = row.count - (rows[hash]?.count ?? 0)
                guard missing > 0 else { continue }
                lacks += missing
                example = min(example ?? row.key, row.key)
            }
            copies[index].lacks = lacks
            copies[index].example = example
            copies[index].mayLackMore = !isWhole
        }
        return isWhole && copies.allSatisfy { $0.lacks ?? 0 == 0 } ? end(.changing) : .done
    }
}

extension CopyReply {
    package var digest: CopyDigest? { if case .digest(let digest, _) = self { digest } else { nil } }

    fileprivate var isWritten: Bool { if case .digest(_, let isWritten) = self { isWritten } else { false } }

    /// What was read, whoever writes.
    fileprivate var content: CopyReply { digest.map { .digest($0) } ?? self }

    fileprivate var isOfRows: Bool {
        switch self {
        case .parts, .rows: true
        case .digest, .missing, .unread: false
        }
    }
}
