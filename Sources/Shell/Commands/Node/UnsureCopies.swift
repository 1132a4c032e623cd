import ClusterAccess
import MultiNode

/// The chunks of a node that is gone whose other copies may not have all rows: they may be lost with it, too.
struct UnsureCopies {
    /// Their other copies are on record only, as far as their nodes tell.
    private let missing: [Chunk]
    /// Their other copies are there, but were made by a run that ended before it could compare them.
    private let unproved: [Chunk]
    /// All that have copies elsewhere.
    fileprivate let shared: [Chunk]

    /// - Parameters:
    ///   - gone: the nodes that are gone, or are to go.
    ///   - tables: only the chunks of these; nil for all.
    init(
        beside gone: [DataNode], of tables: [TableName]? = nil, among nodes: [DataNode], _ cluster: Cluster
    ) async throws {
        let leaving = Set(gone.map(\.name))
        let shared = try await cluster.chunks(Chunk.Choice()).filter { chunk in
            chunk.copies.count > 1 && !leaving.isDisjoint(with: chunk.nodes)
                && tables?.contains { chunk.table.isNamed($0) } ?? true
        }
        self.shared = shared
        guard !shared.isEmpty else {
            (missing, unproved) = ([], [])
            return
        }
        let others = Set(shared.flatMap(\.nodes)).subtracting(leaving)
        let survey = CopySurvey(await cluster.facts(of: shared, on: others, among: nodes))
        func isElsewhere(_ chunk: Chunk) -> Bool {
            chunk.copies.contains { !leaving.contains($0.node) && survey.has($0) == true }
        }
        let proved = try await cluster.counting(shared)
        missing = shared.filter { !isElsewhere($0) }
        unproved = zip(shared, proved).filter { isElsewhere($0) && !isElsewhere($1) }.map(\.0)
    }

    var isEmpty: Bool { missing.isEmpty && unproved.isEmpty }

    /// The same for programs.
    func losses(besides node: String) -> [NodeLoss] {
        Self.losses(missing, besides: node, .otherCopiesMissing)
            + Self.losses(unproved, besides: node, .otherCopiesUnproved)
    }

    private static func losses(_ chunks: [Chunk], besides node: String, _ reason: NodeLoss.Reason) -> [NodeLoss] {
        Dictionary(grouping: chunks, by: \.table).sorted { $0.key.description < $1.key.description }.map {
            table, chunks in
            NodeLoss(
                of: table, chunks: chunks.count, reason,
                elsewhere: Set(chunks.flatMap(\.nodes)).subtracting([node]).sorted())
        }
    }

    /// A line for each hypertable.
    func told(besides node: String) -> [String] {
        Self.told(missing, besides: node, "which can't be asked or lack them: they may be lost, too")
            + Self.told(
                unproved, besides: node,
                "copied by a run that ended before they were compared: rows that they lack are lost, too")
    }

    private static func told(_ chunks: [Chunk], besides node: String, _ why: String) -> [String] {
        let tables = Dictionary(grouping: chunks, by: \.table).sorted { $0.key.description < $1.key.description }
        return tables.map { table, chunks in
            let others = Set(chunks.flatMap(\.nodes)).subtracting([node]).sorted().listed
            let which = chunks.count == 1 ? "1 chunk has its" : "\(chunks.count) chunks have their"
            return "of \(table.shownName) \(which) other copies on \(others), \(why)"
        }
    }
}

extension CommandContext {
    /// Refuses to take nodes out whose copies of chunks may be the only right ones. TimescaleDB counts what is registered,
    /// --force or not: also what nobody has compared, and what is not there.
    ///
    /// - Parameter isComparing: whether the copies are compared, too: without --force TimescaleDB lets no node go that has some.
    /// - Returns: what is to be warned of.
    func refuseUnsureCopies(
        beside gone: [DataNode], of tables: [TableName]? = nil, among nodes: [DataNode], comparing isComparing: Bool
    ) async throws -> [String] {
        // A node that was drained has none, and most have not; so the chunks are not listed for nothing.
        let isShared = Chunk.areShared(by: gone.map(\.name))
        guard !gone.isEmpty, try await cluster.send(isShared).value == "t" else { return [] }
        let unsure = try await UnsureCopies(beside: gone, of: tables, among: nodes, cluster)
        let names = gone.map(\.name)
        func failure(_ reasons: [String], _ remedy: String) -> Failure {
            var failure = Failure(
                (["rows would be lost with \(names.listed)"] + reasons).joined(separator: "\n"), remedy: remedy)
            failure.node = names.count == 1 ? names[0] : nil
            return failure
        }
        guard unsure.isEmpty else {
            throw failure(
                names.flatMap { unsure.told(besides: $0) },
                "'hypertable repair' makes the copies that are missing, 'chunk cleanup' removes those that nobody has compared; then run it again"
            )
        }
        guard isComparing, !unsure.shared.isEmpty else { return [] }
        let leaving = try await LeavingCopies(unsure.shared, on: gone, among: nodes, cluster)
        try Task.checkCancellation()
        guard leaving.unlike.isEmpty else {
            throw failure(
                leaving.unlike,
                "'node drain \(names.map(Quoting.word).joined(separator: " "))' compares each chunk's copies while nobody writes, and takes "
                    + "them off; copies that differ 'hypertable repair' makes alike before; then run it again")
        }
        return leaving.unasked
    }
}
