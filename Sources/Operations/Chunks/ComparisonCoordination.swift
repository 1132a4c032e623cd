import ClusterAccess
import MultiNode

/// A question that a node is to answer.
struct ComparisonOrder: Sendable {
    /// The place of the chunk in the list.
    let chunk: Int
    let name: TableName
    let shape: RowShape
    let question: CopyQuestion
}

/// What a node tells meanwhile.
enum ComparisonEvent: Sendable {
    /// It can be asked.
    case ready(String)
    case answered(String, Int, CopyReply, ClusterError?)
    /// It can't be asked any more.
    case gone(String)
}

/// Which node is asked what, and what came of it.
struct ComparisonCoordination {
    private struct Work {
        var comparison: CopyComparison
        var question: CopyQuestion
        var nodes: [String] = []
        var replies: [String: CopyReply] = [:]

        init(_ comparison: CopyComparison) {
            self.comparison = comparison
            question = comparison.first
        }
    }

    private let chunks: [Chunk]
    private let shapes: [TableName: RowShape]
    private let countsOnly: Bool
    private let send: (String, ComparisonOrder) -> Void
    private var matching: CopyMatching
    private var works: [Int: Work] = [:]
    private var found: [Int: ComparedChunk] = [:]
    /// How many of those that the matching has given up are done.
    private var givenUp = 0
    private(set) var failures: [ClusterError] = []

    init(
        _ chunks: [Chunk], _ shapes: [TableName: RowShape], countsOnly: Bool,
        send: @escaping (String, ComparisonOrder) -> Void
    ) {
        self.chunks = chunks
        self.shapes = shapes
        self.countsOnly = countsOnly
        self.send = send
        matching = CopyMatching(chunks.map(\.nodes))
        if !countsOnly {
            failures = Set(chunks.map(\.table)).filter { shapes[$0] == nil }.map { table in
                ClusterError("\(table.shownName) was renamed or dropped meanwhile", remedy: "run it again")
            }
        }
    }

    var isDone: Bool { works.isEmpty && matching.isEmpty }

    /// In the order of the chunks. Those that could not be compared are among them.
    var results: [ComparedChunk] {
        chunks.indices.map { index in
            let chunk = chunks[index]
            // Without its columns nothing but the number of rows was compared.
            guard let found = found[index], countsOnly || shapes[chunk.table] != nil else {
                return ComparedChunk(chunk: chunk, verdict: .unknown, copies: [])
            }
            return found
        }
    }

    mutating func take(_ event: ComparisonEvent) {
        switch event {
        case .ready(let node):
            begin([matching.free(node)].compactMap(\.self))
        case .answered(let node, let index, let reply, let error):
            works[index]?.replies[node] = reply
            // Other errors end its connection, so that it must get no other chunk.
            let next = error.map { $0.kind == .refused ? [] : matching.lose(node) } ?? []
            if let error, error.kind == .refused { note(error) }
            goOn(with: index)
            // It does not wait for the others that have the chunk: one may hang.
            begin(next + [matching.free(node)].compactMap(\.self))
        case .gone(let node):
            // What it was asked last it has answered before.
            begin(matching.lose(node))
        }
        for index in matching.unmatched.dropFirst(givenUp) { end(index) }
        givenUp = matching.unmatched.count
    }

    private mutating func end(_ index: Int) {
        guard let work = works.removeValue(forKey: index) else { return }
        found[index] = ComparedChunk(
            chunk: chunks[index], verdict: work.comparison.verdict, copies: work.comparison.copies)
    }

    /// One failure of each kind on a node tells enough: of ten thousand chunks each may have it.
    private mutating func note(_ error: ClusterError) {
        guard !failures.contains(where: { $0.node == error.node && $0.sqlstate == error.sqlstate }) else { return }
        failures.append(error)
    }

    private mutating func begin(_ matches: [CopyMatching.Match]) {
        for match in matches {
            var work = works[match.chunk] ?? Work(CopyComparison(countsOnly: countsOnly))
            work.nodes = match.nodes
            works[match.chunk] = work
            ask(work.question, about: match.chunk, match.nodes)
        }
    }

    private func ask(_ question: CopyQuestion, about index: Int, _ nodes: [String]) {
        let chunk = chunks[index]
        let shape = shapes[chunk.table] ?? RowShape(table: chunk.table, columns: [], key: [])
        for node in nodes {
            send(node, ComparisonOrder(chunk: index, name: chunk.name, shape: shape, question: question))
        }
    }

    private mutating func goOn(with index: Int) {
        guard var work = works[index], work.nodes.allSatisfy({ work.replies[$0] != nil }) else { return }
        let replies = work.replies
        let step = work.comparison.take(replies)
        if case .ask(let question) = step { work.question = question }
        // What could not be read is not asked again.
        work.replies = replies.filter { $0.value == .unread }
        let nodes = work.nodes.filter { replies[$0] != .unread }
        works[index] = work
        if step == .done { end(index) } else { begin(matching.again(index, on: nodes)) }
    }
}
