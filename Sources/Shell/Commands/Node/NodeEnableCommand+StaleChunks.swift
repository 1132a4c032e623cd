import ClusterAccess
import MultiNode
import Operations
import Postgres

/// What TimescaleDB drops on a node as it enables it, of which no row is lost.
extension NodeEnableCommand {
    func loss(of node: DataNode, _ context: CommandContext) async throws -> AvailabilityLoss {
        let cluster = context.cluster
        if losesData { return try await dropped(of: node, cluster) }
        let nodes = try await cluster.nodes()
        let stale: [StaleChunk]
        do throws(ClusterError) {
            stale = try await cluster.staleChunks(on: node, among: nodes)
        } catch {
            throw error.notAsked(before: node)
        }
        try Self.refuseUncompared(stale, on: node)
        var loss = AvailabilityLoss(text: Self.told(stale.count))
        loss.warnings = stale.compactMap { chunk in
            chunk.own.map { own in
                "\(chunk.name.shownName) is dropped on \(node.name), and \(own.rows.counted("row")) of it that no other copy has "
                    + "\(own.rows == 1 ? "is" : "are") kept there in a table first"
            }
        }
        let places = RowPlaces(
            node, try await cluster.link().info, tables: try await cluster.hypertables().map(\.table))
        loss.limit = Self.limit(for: stale.count)
        loss.keeping = {
            var (kept, seen) = ([String](), Set<TableName>())
            do {
                var chunks = stale
                if try await cluster.endDoubts(on: node) {
                    chunks = try await cluster.staleChunks(on: node, among: nodes)
                }
                let links = KeptLinks()
                // While they are kept, others may come to be written on other nodes alone.
                while !chunks.isEmpty {
                    try Self.refuseUncompared(chunks, on: node)
                    for chunk in chunks {
                        try Task.checkCancellation()
                        seen.insert(chunk.name)
                        let table = try await cluster.telling("keeping rows of \(chunk.name.shownName) on \(node.name)")
                        {
                            () throws(ClusterError) in
                            try await cluster.keepAside(chunk, on: node, over: links)
                        }
                        if let table { kept += places.told(table, of: chunk) }
                    }
                    chunks = try await cluster.staleChunks(on: node, among: nodes, besides: seen)
                }
                await links.close()
                try await cluster.requireFree(seen.sorted { $0.quoted < $1.quoted }, on: node)
            } catch {
                // They are there, whatever comes of the rest.
                var failure = Failure(thrown: error)
                failure.done += kept
                throw failure
            }
            return kept
        }
        return loss
    }

    /// How long the access node may take for it, whose readers all wait meanwhile.
    private static func limit(for chunks: Int) -> Duration { .seconds(10) + .milliseconds(100) * chunks }

    /// Whoever gives up what is there need not know it.
    private func dropped(of node: DataNode, _ cluster: Cluster) async throws -> AvailabilityLoss {
        do throws(ClusterError) {
            let names = try await cluster.limitedForQuestion().staleNames(on: node)
            var loss = AvailabilityLoss(text: Self.told(names.count))
            loss.limit = Self.limit(for: names.count)
            loss.keeping = {
                _ = try await cluster.endDoubts(on: node)
                try await cluster.requireFree(names, on: node)
                return []
            }
            return loss
        } catch {
            if error.kind == .interrupted { throw error }
            return AvailabilityLoss()
        }
    }

    private static func told(_ count: Int) -> String {
        if count == 0 { return "" }
        return
            "; \(count.counted("chunk")) there that the access node had on others alone \(count == 1 ? "is" : "are") dropped: "
            + "'chunk list --under-replicated' shows what is to be copied there"
    }

    /// - Throws: where some could not be compared.
    private static func refuseUncompared(_ stale: [StaleChunk], on node: DataNode) throws(Failure) {
        let uncompared = stale.compactMap { chunk in
            if case .unknown(let reason) = chunk.finding { (chunk, reason) } else { nil }
        }
        guard !uncompared.isEmpty else { return }
        let lines = uncompared.map { chunk, reason in
            "\(chunk.name.shownName) with \(chunk.content.rows.counted("row")), which is besides on \(reason)"
        }
        var failure = Failure(
            ([
                "\(node.name) has what can't be compared with other copies, and TimescaleDB drops it there as it enables the node:"
            ]
                + lines).joined(separator: "\n"),
            status: .unconfirmed,
            remedy:
                "have these nodes answer ('node ping' tells more), and run it again: rows that they lack are then kept on "
                + "\(node.name); where one is gone for good, 'node abandon' takes it out first")
        failure.node = node.name
        throw failure
    }
}

/// Where rows that were kept on a node are, and where they belong.
private struct RowPlaces {
    private let node: DataNode
    private let way: RowReturn
    private let tables: Set<TableName>

    init(_ node: DataNode, _ accessNode: ConnectionInfo, tables: [TableName]) {
        (self.node, way, self.tables) = (node, RowReturn(accessNode), Set(tables))
    }

    func told(_ kept: KeptTable, of chunk: StaleChunk) -> [String] {
        let table = chunk.shape.table
        let many = kept.rows == 1 ? "is" : "are"
        let told =
            "\(node.name) keeps \(kept.table.shownName): \((kept.rows ?? 0).counted("row")) of \(table.shownName) that "
            + "\(many) in no other copy; some may be as they were before they were changed or deleted"
        guard tables.contains(table) else { return [told] }
        return [
            "\(told); in a shell, this puts \(kept.isSurplus ? "all of them (run it once)" : "those that are missing") back into \(table.shownName):",
            "  \(way.line(kept, on: node, into: chunk.shape))",
        ]
    }
}

extension ClusterError {
    /// The error of a node that was to tell what it loses. What would enable it without asking loses rows, where it starts a
    /// moment later.
    fileprivate func notAsked(before node: DataNode) -> ClusterError {
        if kind == .interrupted { return self }
        var error = self
        error.node = error.node ?? node.name
        let word = Quoting.word(node.name)
        let way = "'node ping \(word)' tells more; when it answers, 'node enable \(word)' again"
        error.remedy = [error.remedy, way].compactMap(\.self).joined(separator: "\n")
        return error
    }
}
