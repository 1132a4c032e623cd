package import MultiNode
import Postgres

/// Finding out what stands in the way of moves of chunks before the first one begins: the engine tells of most of it when
/// all is copied, and of some of it never, but hangs.
extension Cluster {
    /// Asks the nodes that moves name, each once, and has the destinations try the ways to the sources.
    ///
    /// - Parameters:
    ///   - chunks: those of the moves, by their numbers.
    ///   - nodes: the data nodes.
    /// - Throws: if the access node does not tell what it is asked.
    package func preflight(
        of moves: [ChunkMove], _ chunks: [Int: Chunk], among nodes: [DataNode]
    ) async throws(ClusterError) -> MovingPreflight {
        guard !moves.isEmpty else { return MovingPreflight(obstacles: [], limits: [:]) }
        let capabilities = try await capabilities()
        let catalog = try await movingCatalog(of: moves, chunks, capabilities)
        let mappings = try await userMappings()
        let otherRoles = Set(
            nodes.map(\.name).filter { mappings.name(of: capabilities.user, on: $0) != capabilities.user })
        var check = MovingCheck(
            moves, chunks, among: nodes, catalog, answers: [:], capabilities, otherRoles: otherRoles)
        let named = Set(check.names)
        let asked = nodes.filter { named.contains($0.name) && $0.isAvailable }
        let answers = await answers(of: asked, to: moves, chunks, catalog) { name in
            mappings.name(of: capabilities.user, on: name) ?? capabilities.user
        }
        let told = Dictionary(answers.compactMap { answer in answer.value.map { (answer.item.name, $0) } }) {
            first, _ in
            first
        }
        check = MovingCheck(
            moves, chunks, among: nodes, catalog, answers: told, capabilities, otherRoles: otherRoles)
        let unproved = check.unproved
        if !unproved.isEmpty {
            let rows = try await send(MovingCatalog.statuses(unproved)).records
            check = MovingCheck(
                moves, chunks, among: nodes, catalog, answers: told, capabilities, otherRoles: otherRoles,
                statuses: MovingCatalog.statuses(rows: rows))
        }
        var obstacles = try await ofAccessNode(moves, capabilities)
        obstacles += answers.compactMap { answer in
            answer.error.map { error in
                MovingObstacle(
                    answer.item.name,
                    "it can't be asked from here, where its copies are to be compared: \(error.summary)",
                    remedy: error.remedy ?? "node ping \(Quoting.word(answer.item.name))",
                    chunks: moves.filter { [$0.source, $0.destination].contains(answer.item.name) }.map(\.chunk))
            }
        }
        let answering = answers.filter { $0.error == nil }.map(\.item)
        // Whatever else it lacks is told by itself.
        let withoutSenders = Set(check.limits.filter { $0.value.source < 1 }.keys)
        obstacles += try await ofWays(moves, among: answering, mappings, capabilities, withoutSenders: withoutSenders)
        return MovingPreflight(
            obstacles: obstacles + check.obstacles, limits: check.limits, preparing: check.preparing,
            keyless: check.keyless)
    }

    private func movingCatalog(
        of moves: [ChunkMove], _ chunks: [Int: Chunk], _ capabilities: Capabilities
    ) async throws(ClusterError) -> MovingCatalog {
        let tables = Set(moves.lazy.compactMap { chunks[$0.chunk]?.tableID }).sorted()
        let copyings = capabilities.canCopyChunks ? try await send(ChunkCopying.list()).records : []
        return MovingCatalog(
            tables: try await send(MovingCatalog.tables(tables)).records,
            copyings.map { ChunkCopying(row: $0) })
    }

    private func answers(
        of nodes: [DataNode], to moves: [ChunkMove], _ chunks: [Int: Chunk], _ catalog: MovingCatalog,
        as role: @escaping @Sendable (String) -> String
    ) async -> [Answer<DataNode, MovingCheck.Answer>] {
        await onEach(nodes) { node throws(ClusterError) in
            try await meeting(node, timeout: limitedForQuestion().timeLeft) { link, state throws(ClusterError) in
                func ask(_ sql: SQL) async throws(ClusterError) -> [[String: String?]] {
                    try await send(sql, on: link, node: node.name, timeout: .seconds(30)).records
                }
                let facts = NodeMovingFacts(row: try await ask(NodeMovingFacts.query).first ?? [:])
                // What is not told stands in nobody's way.
                let limits = SessionLimit.list((try? await ask(SessionLimit.query(role: role(node.name)))) ?? [])
                var contents = NodeMovingContents()
                for question in NodeMovingQuestions(of: moves, chunks, on: node.name, catalog) {
                    contents.take(try await ask(question.query), of: question)
                }
                return MovingCheck.Answer(facts, contents, server: state.server, limits: limits)
            }
        }
    }

    /// What the access node itself does not allow.
    private func ofAccessNode(
        _ moves: [ChunkMove], _ capabilities: Capabilities
    ) async throws(ClusterError) -> [MovingObstacle] {
        guard moves.contains(where: { $0.kind != .drop }) else { return [] }
        var copies: [Int] { moves.filter { $0.kind != .drop }.map(\.chunk) }
        if !capabilities.canCopyChunks {
            return [
                MovingObstacle(
                    Finding.accessNode, "this version of TimescaleDB can't copy chunks",
                    remedy: "update it: 2.4 and later can", chunks: copies)
            ]
        }
        guard !capabilities.isSuperuser, try await send(MovingCatalog.mayReplicate).value != "t" else { return [] }
        return [
            MovingObstacle(
                Finding.accessNode,
                "\(capabilities.user) is neither a superuser nor may it replicate: it may not copy chunks",
                remedy: "connect as a superuser: -U NAME", chunks: copies)
        ]
    }

    // MARK: The ways

    /// - Parameter withoutSenders: the nodes that are known to bear no copy from them: that is told, and no matter of the way.
    private func ofWays(
        _ moves: [ChunkMove], among nodes: [DataNode], _ mappings: UserMappings, _ capabilities: Capabilities,
        withoutSenders: Set<String>
    ) async throws(ClusterError) -> [MovingObstacle] {
        let known = Dictionary(nodes.map { ($0.name, $0) }) { first, _ in first }
        var (seen, pairs) = (Set<[String]>(), [(from: DataNode, to: DataNode)]())
        for move in moves where move.kind != .drop {
            guard let destination = move.destination.flatMap({ known[$0] }), let source = known[move.source],
                seen.insert([destination.name, source.name]).inserted
            else { continue }
            pairs.append((destination, source))
        }
        let ways = try await waysBetween(pairs, as: capabilities.user, within: .seconds(5))
        return ways.compactMap { way in
            guard case .node(let start) = way.start, way.isReached != true, let reason = way.reason,
                !(withoutSenders.contains(way.node.name) && reason.contains(WayRemedy.senders))
            else { return nil }
            let numbers = moves.filter { $0.kind != .drop && $0.source == way.node.name && $0.destination == start }
            let remedy = WayRemedy.text(
                to: way.node, from: "\(start)'s", as: way.role,
                by: mappings.effective(for: way.role, on: way.node.name), reason)
            return MovingObstacle(
                start,
                way.isReached == nil
                    ? "whether it reaches \(way.node.name) as \(way.role), from where it is to copy, is not known: \(reason)"
                    : "it does not reach \(way.node.name) as \(way.role), from where it is to copy: \(reason)",
                remedy: way.isReached == nil ? "'node reach' tells of each way" : remedy,
                isBlocking: way.isReached == false, chunks: numbers.map(\.chunk))
        }
    }
}
