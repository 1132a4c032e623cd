import ClusterAccess
import MultiNode
import Operations

/// Which chunks have copies that are not right, found without holding anybody up.
struct CopyDiagnosis {
    /// A chunk whose copies are to be mended.
    struct Case {
        let chunk: Chunk
        /// The nodes whose copies are not right, as far as can be told before nobody writes.
        let wrong: [String]
        /// What the access node is to note then, as the copies are: whether the chunk is compressed; nil where it has it so.
        let noting: Bool?
        /// The node of the copy that has all rows of the others, as far as is known before, and how many of its rows these lack; nil
        /// where another reason decides.
        var winner: (node: String, lacks: [String: Int])?
    }

    private(set) var cases: [Case] = []
    private(set) var stuck: [MovingPlan.Stuck] = []
    /// The chunks that are compressed for some of their nodes and the access node alone, by their numbers.
    private let unlike: [Int: CompressionStates]
    /// What could not be read, and why.
    private(set) var failures: [Failure] = []

    /// The chunks of which nothing is copied: nobody knows which of their copies is right.
    var undecided: Set<Int> { Set(stuck.map(\.chunk.id)) }

    init(_ survey: PlacementSurvey, keeping keep: String?, _ cluster: Cluster) async throws {
        let silent = Set(survey.nodes.map(\.name).filter { !survey.isUsable($0) })
        // Something may stand in the place of a chunk that is not there: it is not read.
        let missing = Dictionary(
            survey.chunks.map { ($0.id, Set(survey.missingCopies(of: $0).map(\.node))) }
        ) { first, _ in first }
        unlike = try await cluster.compressedUnlike(
            survey.chunks, among: survey.nodes.filter { !silent.contains($0.name) })
        failures = survey.failures.map { Failure($0.error) }
        var compared: [Chunk] = []
        for chunk in survey.chunks {
            let lost = missing[chunk.id] ?? []
            let there = chunk.without(silent.union(lost))
            if there.copies.count > 1 {
                compared.append(there)
            } else if there.copies.isEmpty {
                if !lost.isEmpty { stuck.append(Self.nowhere(chunk)) }
            } else {
                add(chunk.without(silent), lost, right: there.nodes)
            }
        }
        guard !compared.isEmpty else { return }
        let tables = Set(compared.map(\.tableID)).sorted()
        let shapes = try await cluster.send(RowShape.list(of: tables)).records.map { RowShape(row: $0) }
        let verification = await cluster.compareCopies(
            of: compared, on: survey.nodes.holding(compared.flatMap(\.nodes)), shapes, countsOnly: false)
        // After an interrupt some copies were not compared.
        try Task.checkCancellation()
        // A node may have gone while its copies were read.
        failures += (verification.answers.compactMap(\.error) + verification.failures).map { Failure($0) }
        let all = Dictionary(survey.chunks.map { ($0.id, $0.without(silent)) }) { first, _ in first }
        for result in verification.compared {
            judge(result, all[result.chunk.id] ?? result.chunk, missing[result.chunk.id] ?? [], keeping: keep)
        }
    }

    /// Takes a chunk whose copies are to be mended, if they are.
    ///
    /// - Parameters:
    ///   - wrong: the nodes of those that lack rows, or are not there.
    ///   - right: of those with the same rows, which they should have.
    private mutating func add(
        _ chunk: Chunk, _ wrong: Set<String>, right: [String], keeping keep: String? = nil, isToBeRead: Bool = false
    ) {
        let alignment = unlike[chunk.id].map { CopyAlignment($0, of: right, keeping: keep) } ?? .none
        guard isToBeRead || !wrong.isEmpty || alignment.isNeeded else { return }
        cases.append(
            Case(chunk: chunk, wrong: wrong.union(alignment.dropped).sorted(), noting: alignment.noting))
    }

    /// - Parameters:
    ///   - chunk: with all copies on nodes that answer.
    ///   - missing: the nodes of those that are not there.
    private mutating func judge(
        _ compared: ComparedChunk, _ chunk: Chunk, _ missing: Set<String>, keeping keep: String?
    ) {
        guard compared.verdict != .unknown, !compared.copies.contains(where: { $0.state == .unread }) else {
            stuck.append(.init(chunk, "not all its copies could be read", remedy: "what failed is told besides"))
            return
        }
        let read = compared.copies.filter { $0.state == .read }
        guard !read.isEmpty else {
            stuck.append(Self.nowhere(chunk))
            return
        }
        let lost = missing.union(compared.copies.filter { $0.state == .missing }.map(\.node))
        switch compared.verdict {
        case .same, .unknown: add(chunk, lost, right: read.map(\.node), keeping: keep)
        // What is right is found when nobody writes.
        case .changing: add(chunk, lost, right: [], isToBeRead: true)
        case .differs where read.contains { $0.node == keep }:
            let wrong = read.filter { $0.node != keep && !$0.mayEqual(read.first { $0.node == keep }) }.map(\.node)
            let right = read.map(\.node).filter { !wrong.contains($0) }
            add(chunk, lost.union(wrong), right: right, keeping: keep, isToBeRead: true)
        case .differs where read.contains { $0.lacks == 0 || $0.mayLackMore }:
            let wrong = read.filter { $0.lacks != 0 }.map(\.node)
            let right = read.map(\.node).filter { !wrong.contains($0) }
            add(chunk, lost.union(wrong), right: right, keeping: keep, isToBeRead: true)
            let lacks = read.compactMap { copy in copy.lacks.map { (copy.node, $0) } }
            if let winner = right.first, !cases.isEmpty {
                cases[cases.count - 1].winner = (winner, Dictionary(lacks) { first, _ in first })
            }
        // A row that was on its way when one of them was read looks like one that it lacks.
        case .differs: add(chunk, lost, right: [], isToBeRead: true)
        }
    }

    private static func nowhere(_ chunk: Chunk) -> MovingPlan.Stuck {
        MovingPlan.Stuck(
            chunk, "none of the nodes that answer has it: \(chunk.nodes.listed)",
            remedy:
                "'check' tells whether one of these is another server than it was; else restore a node from a backup")
    }
}

extension CopyComparison.Copy {
    /// Whether it may have the same rows as another, by what was told of both.
    fileprivate func mayEqual(_ other: CopyComparison.Copy?) -> Bool {
        rows == other?.rows && lacks == other?.lacks && example == other?.example && !mayLackMore
    }
}
