import ClusterAccess
import MultiNode

/// What comes of comparing the chunks that a node loses with the copies that the access node has.
struct StaleComparison {
    struct Question {
        let chunk: TableName
        let shape: RowShape
        let question: CopyQuestion
    }

    private let shapes: [TableName: RowShape]
    private let node: String
    /// The nodes of the copies that count.
    var places: [TableName: Set<String>] = [:]
    /// What the node itself has.
    var own: [TableName: CopyReply] = [:]
    /// The rows that were found to be there alone, by their hashes.
    var alone: [TableName: [Int64: Int]] = [:]
    private var others: [TableName: [String: Result<CopyReply, ClusterError>]] = [:]

    init(_ shapes: [TableName: RowShape], on node: String) {
        self.shapes = shapes
        self.node = node
    }

    private var names: [TableName] { shapes.keys.sorted { $0.quoted < $1.quoted } }

    func asking(_ question: CopyQuestion, of name: TableName) -> [Question] {
        shapes[name].map { [Question(chunk: name, shape: $0, question: question)] } ?? []
    }

    var firstQuestions: [Question] { names.flatMap { asking(.digest(), of: $0) } }

    func questions(to other: String) -> [Question] {
        names.filter { places[$0]?.contains(other) == true && rows(of: $0) > 0 }.flatMap { asking(.digest(), of: $0) }
    }

    private func rows(of name: TableName) -> Int { own[name]?.digest?.rows ?? 0 }

    mutating func take(_ answers: [TableName: Result<CopyReply, ClusterError>], of other: String) {
        for (name, answer) in answers { others[name, default: [:]][other] = answer }
    }

    /// What a copy answers that is not there, or has other columns now: then it can't have the same rows.
    private static let tellsOfNoSuchRows: Set<String?> = ["42P01", "42703"]

    private func isEqual(_ name: TableName) -> Bool {
        others[name]?.values.contains { (try? $0.get())?.digest == own[name]?.digest } ?? false
    }

    /// The nodes whose copies could be read.
    func answering(_ name: TableName) -> Set<String> {
        Set((others[name] ?? [:]).filter { (try? $0.value.get()) != nil }.keys)
    }

    /// Those whose rows are to be compared one by one: copies could be read, and none is the same.
    var unlike: [TableName] {
        names.filter { rows(of: $0) > 0 && !isEqual($0) && !answering($0).isEmpty }
    }

    private func finding(_ name: TableName) -> StaleChunk.Finding {
        if rows(of: name) == 0 || isEqual(name) { return .elsewhere }
        if let alone = alone[name] { return alone.isEmpty ? .elsewhere : .here(.some(alone)) }
        let places = (places[name] ?? []).sorted()
        var reasons: [String] = []
        for place in places {
            switch others[name]?[place] {
            case .failure(let error)? where Self.tellsOfNoSuchRows.contains(error.sqlstate): continue
            case .failure(let error)?: reasons.append("\(place) (\(error.summary))")
            // Of a node that there is no more nobody reads a copy.
            case .success?, nil: continue
            }
        }
        return reasons.isEmpty ? .here(.all) : .unknown(because: reasons.listed)
    }

    var chunks: [StaleChunk] {
        names.compactMap { name in
            guard let shape = shapes[name], let content = own[name]?.digest else { return nil }
            return StaleChunk(name, shape, content, finding(name))
        }
    }
}
