import ClusterAccess
import CommandLanguage
import MultiNode

/// From where to where each of the chunks goes that a command names.
struct ChunkRoutes {
    static let to = Option<[Argument]>("--to", "NODES", .nodes, required: true, "To one of these nodes each")
    static let from = Option<Argument?>(
        "--from", "NODE", .node, default: "the only one, or for a copy the one that is read, that has it",
        "From this node")

    private let arguments: Arguments
    private let kind: ChunkMove.Kind

    init(_ arguments: Arguments, _ kind: ChunkMove.Kind) {
        self.arguments = arguments
        self.kind = kind
    }

    /// Whether chunks may go elsewhere where one of the nodes has no room.
    static func hasChoice(_ arguments: Arguments) -> Bool {
        let patterns = arguments[to].flatMap { GlobPattern.list($0.pattern) }
        return patterns.count > 1 || patterns.contains { GlobPattern.plainText($0).map { $0 == "all" } ?? true }
    }

    func plan(_ context: CommandContext, sparing spared: SparedNodes = SparedNodes()) async throws -> MovingPlan {
        let cluster = context.cluster
        var plan = MovingPlan()
        plan.nodes = try await cluster.nodes()
        let selection = NodeSelection(arguments, among: plan.nodes)
        let destinations = try selection.list(arguments[Self.to]).map(\.name)
        let source = try arguments[Self.from].map { try selection.node($0).name }
        let found = try await ChunkChoice.chunks(arguments, cluster)
        let survey = CopySurvey(await cluster.facts(of: found.map(\.chunk), among: plan.nodes))
        let read = kind == .copy && source == nil ? try await cluster.readCopies(of: found.map(\.chunk)) : [:]
        try Task.checkCancellation()
        let full = spared.full
        let usable = destinations.filter { !full.contains($0) }
        var load = Dictionary(usable.map { ($0, Int64(0)) }) { first, _ in first }
        var there: [Chunk] = []
        for movable in found {
            let chunk = movable.chunk
            // Else it would be copied once more to another of the nodes.
            if spared.done.contains(chunk.id) { continue }
            if kind == .copy, destinations.allSatisfy(chunk.nodes.contains) {
                there.append(chunk)
                continue
            }
            guard let from = try self.source(of: movable, source, read, destinations, &plan) else { continue }
            // Run again, it is not to make yet another copy.
            if kind == .copy, arguments[ChunkChoice.of] != nil,
                destinations.contains(where: { $0 != from && chunk.nodes.contains($0) })
            {
                there.append(chunk)
                continue
            }
            let free = usable.filter { !chunk.nodes.contains($0) }
            let lacksRoom = full.contains { destinations.contains($0) && !chunk.nodes.contains($0) }
            // A copy that was begun is gone on with.
            let begun = movable.begun.first { $0.source == from && free.contains($0.destination) }?.destination
            if free.isEmpty, !lacksRoom, kind == .move, chunk.nodes.count > chunk.replicationFactor {
                // What is left of the move: it is compared, and dropped.
                plan.chunks.append(chunk)
                plan.moves.append(ChunkMove(.drop, chunk.id, from: from, to: nil, bytes: 0, .isAsked))
                continue
            }
            let whole = free.filter { !spared.nodes(of: chunk.tableID).contains($0) }
            guard
                let to = begun
                    ?? (whole.isEmpty ? free : whole).min(by: { load[$0, default: 0] < load[$1, default: 0] })
            else {
                if lacksRoom {
                    let those = destinations.filter(full.contains)
                    let disks = those.count == 1 ? "disk of \(those[0]) is" : "disks of \(those.listed) are"
                    plan.stuck.append(
                        .init(chunk, "the \(disks) full", remedy: "have room there, or name others in --to"))
                    continue
                }
                plan.stuck.append(
                    .init(
                        chunk, "\(destinations.listed) \(destinations.count == 1 ? "has" : "have") a copy already",
                        remedy: chunk.nodes.count > chunk.replicationFactor
                            ? "'chunk drop-copy \(Quoting.word(chunk.name.shownName)) --from \(Quoting.word(from))' drops that on \(from)"
                            : "its hypertable keeps \(chunk.replicationFactor == 1 ? "1 copy" : "\(chunk.replicationFactor) copies") of each: name another node in --to",
                        mayGoOn: false
                    ))
                continue
            }
            let bytes = survey.bytes(of: chunk.copies.filter { $0.node == from }) ?? 0
            load[to, default: 0] += max(1, bytes)
            plan.chunks.append(chunk)
            plan.moves.append(ChunkMove(kind, chunk.id, from: from, to: to, bytes: bytes, .isAsked))
        }
        plan.unchanged += unchanged(there, destinations)
        // What was done before is told already.
        if !full.isEmpty { plan.unchanged = [] }
        return plan
    }

    /// - Parameter chunks: those that have their copies; of a whole hypertable they are only counted.
    private func unchanged(_ chunks: [Chunk], _ destinations: [String]) -> [String] {
        guard let table = arguments[ChunkChoice.of], chunks.count > 1 else {
            return chunks.map { chunk in
                "\(chunk.name.shownName) is on \(destinations.filter(chunk.nodes.contains).listed)"
            }
        }
        let places = destinations.count == 1 ? destinations[0] : "one of \(destinations.listed)"
        return ["\(chunks.count.counted("chunk")) of \(table.text) have a copy on \(places)"]
    }

    /// The node that a chunk goes from; nil where nothing is to be done with it, or can be.
    private func source(
        of movable: MovableChunk, _ named: String?, _ read: [Int: String], _ destinations: [String],
        _ plan: inout MovingPlan
    ) throws -> String? {
        let chunk = movable.chunk
        let name = chunk.name.shownName
        let isThere = !Set(chunk.nodes).isDisjoint(with: destinations)
        if let named {
            if chunk.nodes.contains(named) { return named }
            // Of a whole hypertable only those there are meant.
            if arguments[ChunkChoice.of] != nil { return nil }
            if isThere {
                plan.unchanged.append("\(named) has no copy of \(name)")
            } else {
                plan.stuck.append(
                    .init(
                        chunk, "\(named) has no copy of it", remedy: "'chunk show \(Quoting.word(name))' shows who has",
                        mayGoOn: false)
                )
            }
            return nil
        }
        if kind == .copy {
            let available = chunk.nodes.filter { name in plan.nodes.contains { $0.name == name && $0.isAvailable } }
            // The others may differ from it, and what it has is what everybody sees.
            return available.first { $0 == read[chunk.id] } ?? available.first ?? chunk.nodes.first
        }
        if chunk.nodes.count == 1, isThere {
            plan.unchanged.append("\(name) is on \(chunk.nodes[0])")
            return nil
        }
        guard chunk.nodes.count == 1 else {
            plan.stuck.append(
                .init(
                    chunk, "it has copies on \(chunk.nodes.listed)", remedy: "--from NODE says which of them goes",
                    mayGoOn: false))
            return nil
        }
        return chunk.nodes[0]
    }
}

extension Cluster {
    /// The nodes whose copies the access node reads, by the chunks' numbers; of chunks with one copy none is told.
    func readCopies(of chunks: [Chunk]) async throws(ClusterError) -> [Int: String] {
        let replicated = chunks.filter { $0.nodes.count > 1 }.map(\.id)
        guard !replicated.isEmpty else { return [:] }
        let rows = try await send(ReadCopy.list(of: replicated)).records
        return Dictionary(
            rows.compactMap { row in
                (row["id"] ?? nil).flatMap { Int($0) }.flatMap { id in (row["node"] ?? nil).map { (id, $0) } }
            }
        ) { first, _ in first }
    }
}
