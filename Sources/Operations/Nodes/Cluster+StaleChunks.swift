package import ClusterAccess
package import MultiNode
import Postgres

/// What TimescaleDB drops on a node when it is enabled.
extension Cluster {
    /// The chunks that a node loses when it is enabled, with what is known of where their rows are besides. They are compared with
    /// each copy that the access node has, and that counts.
    ///
    /// - Parameters:
    ///   - nodes: all data nodes.
    ///   - known: those that were looked at before.
    package func staleChunks(
        on node: DataNode, among nodes: [DataNode], besides known: Set<TableName> = []
    ) async throws(ClusterError) -> [StaleChunk] {
        try await telling("comparing what \(node.name) has with other copies") { () throws(ClusterError) in
            try await compared(on: node, among: nodes, besides: known)
        }
    }

    private func compared(
        on node: DataNode, among nodes: [DataNode], besides known: Set<TableName>
    ) async throws(ClusterError) -> [StaleChunk] {
        let shapes = try await staleShapes(on: node)
        let names = shapes.keys.filter { !known.contains($0) }.sorted { $0.quoted < $1.quoted }
        if names.isEmpty { return [] }
        var comparison = StaleComparison(shapes.filter { names.contains($0.key) }, on: node.name)
        comparison.places = try await places(of: names)
        let contents = try await answers(comparison.firstQuestions, on: node)
        for (name, answer) in contents { comparison.own[name] = try answer.get() }
        for other in nodes where other.name != node.name {
            comparison.take(await answersOrWhyNot(comparison.questions(to: other.name), on: other), of: other.name)
        }
        for name in comparison.unlike {
            try await compareRows(of: name, &comparison, on: node, among: nodes)
        }
        return comparison.chunks
    }

    /// Which they are.
    package func staleNames(on node: DataNode) async throws(ClusterError) -> [TableName] {
        try await staleShapes(on: node).keys.sorted { $0.quoted < $1.quoted }
    }

    /// - Returns: the columns of each by which it is read, by its name.
    private func staleShapes(on node: DataNode) async throws(ClusterError) -> [TableName: RowShape] {
        if try await capabilities().isEmulated { return [:] }
        let registered = try await send(StaleChunk.known(on: node.name)).rows
            .compactMap { $0.first.flatMap { $0 }.flatMap { Int($0) } }
        return try await asking(node) { link throws(ClusterError) in
            try await staleShapes(besides: registered, on: link, node.name)
        }
    }

    private func staleShapes(
        besides registered: [Int], on link: any Link, _ node: String
    ) async throws(ClusterError) -> [TableName: RowShape] {
        let found = try await send(StaleChunk.list(besides: registered), on: link, node: node).records
        if found.isEmpty { return [:] }
        let numbers = Set(found.compactMap { $0["hypertable"].flatMap { $0 }.flatMap { Int($0) } })
        let shapes = try await send(RowShape.list(of: numbers.sorted()), on: link, node: node).records
            .map { RowShape(row: $0) }
        let byTable = Dictionary(shapes.map { ($0.table, $0) }) { first, _ in first }
        var result: [TableName: RowShape] = [:]
        for row in found {
            let table = TableName(schema: row["table_schema"] ?? nil, name: (row["table_name"] ?? nil) ?? "")
            let name = TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? "")
            result[name] = byTable[table] ?? RowShape(table: table, columns: [], key: [])
        }
        return result
    }

    /// The nodes whose copies the access node has, and that count: none that nobody has compared yet.
    private func places(of names: [TableName]) async throws(ClusterError) -> [TableName: Set<String>] {
        let rows = try await send(StaleChunk.places(of: names)).records
        if rows.isEmpty { return [:] }
        let copyings =
            try await capabilities().canCopyChunks
            ? try await send(ChunkCopying.list()).records.map { ChunkCopying(row: $0) } : []
        let unproved = copyings.filter(\.isUnproved)
        let pairs = rows.map { row in
            let id = row["id"].flatMap { $0 }.flatMap { Int($0) }
            let nodes = Set((ArrayText.elements((row["nodes"] ?? nil) ?? "") ?? []).compactMap(\.self))
            return (
                TableName(schema: row["schema"] ?? nil, name: (row["name"] ?? nil) ?? ""),
                nodes.subtracting(unproved.filter { $0.chunkID == id }.map(\.destination))
            )
        }
        return Dictionary(pairs) { $0.union($1) }
    }

    /// - Throws: where a row may be lost by leaving one out: only the node that is to be enabled is needed.
    private func compareRows(
        of name: TableName, _ comparison: inout StaleComparison, on node: DataNode, among nodes: [DataNode]
    ) async throws(ClusterError) {
        let others = nodes.filter { comparison.answering(name).contains($0.name) }
        func ask(_ question: CopyQuestion) async throws(ClusterError) -> (own: CopyReply, others: [CopyReply]) {
            let questions = comparison.asking(question, of: name)
            guard let own = try await answers(questions, on: node)[name] else { throw ClusterError(gone: node.name) }
            var replies: [CopyReply] = []
            for other in others {
                // Whoever does not tell any more has nothing.
                if case .success(let reply)? = await answersOrWhyNot(questions, on: other)[name] {
                    replies.append(reply)
                }
            }
            return (try own.get(), replies)
        }
        let (own, theirs) = try await ask(.parts)
        var parts = ["": own.parts]
        for (index, reply) in theirs.enumerated() { parts["other \(index)"] = reply.parts }
        var alone: [Int64: Int] = [:]
        for batch in CopyDifferences.batches(parts) {
            let (own, theirs) = try await ask(.rows(batch))
            alone.merge(StaleChunk.rows(of: own.rows, besides: theirs.map(\.rows))) { $0 + $1 }
        }
        comparison.alone[name] = alone
    }

    private func answersOrWhyNot(
        _ questions: [StaleComparison.Question], on node: DataNode
    ) async -> [TableName: Result<CopyReply, ClusterError>] {
        if questions.isEmpty { return [:] }
        do throws(ClusterError) {
            return try await answers(questions, on: node)
        } catch {
            return Dictionary(questions.map { ($0.chunk, .failure(error)) }) { first, _ in first }
        }
    }

    /// What a node answers about its chunks, whose refusal is an answer, too.
    private func answers(
        _ questions: [StaleComparison.Question], on node: DataNode
    ) async throws(ClusterError) -> [TableName: Result<CopyReply, ClusterError>] {
        try await asking(node) { link throws(ClusterError) in
            var answers: [TableName: Result<CopyReply, ClusterError>] = [:]
            for ask in questions {
                do throws(ClusterError) {
                    let rows = try await read(ask.question.query(of: ask.chunk, ask.shape), on: link, node.name)
                    answers[ask.chunk] = .success(ask.question.reply(rows))
                } catch {
                    guard error.kind == .refused, await link.isOpen else { throw error }
                    try await send("ROLLBACK", on: link, node: node.name)
                    answers[ask.chunk] = .failure(error)
                }
            }
            return answers
        }
    }

    // MARK: Keeping

    /// Keeps the rows of such a chunk that no other copy has in a table of its node, before it goes.
    ///
    /// - Parameter links: where its connection stays for the next.
    /// - Returns: the table; nil where there are none.
    package func keepAside(
        _ chunk: StaleChunk, on node: DataNode, over links: KeptLinks
    ) async throws(ClusterError) -> KeptTable? {
        guard case .here(let which) = chunk.finding, let own = chunk.own, own.rows > 0 else { return nil }
        return try await asking(node, keeping: links) { link throws(ClusterError) in
            let keeping = AsideKeeping(
                cluster: self, link: link, node: node.name, chunk: chunk.name, shape: chunk.shape)
            let table: KeptTable?
            switch which {
            case .some(let rows): table = try await keeping.keep(rows)
            case .all:
                let kept = try await keeping.keep(own) { aside throws(ClusterError) in
                    let make = CopyAside.keep(chunk.name, chunk.shape, as: aside)
                    for statement in [SQL.begin, CopyQuestion.settings, make, "COMMIT"] {
                        try await send(statement, on: link, node: node.name)
                    }
                }
                table = kept.map { KeptTable($0, rows: own.rows) }
            }
            guard let table else {
                throw ClusterError(
                    "\(chunk.name.shownName) on \(node.name) was written while its rows were kept aside: nothing was dropped",
                    node: node.name, remedy: "run it again")
            }
            return table
        }
    }

    /// The tables of nodes with rows that nothing else may have: those kept aside, and the chunks that a node would lose when it is
    /// enabled. A node that does not tell is not among them.
    ///
    /// - Parameter all: all data nodes.
    package func tablesAloneThere(
        on nodes: [DataNode], among all: [DataNode]
    ) async -> [String: TablesAlone] {
        let kept = await keptTables(on: nodes)
        var found: [String: TablesAlone] = [:]
        for node in nodes {
            guard let own = kept[node.name], let stale = try? await quiet.staleChunks(on: node, among: all) else {
                continue
            }
            found[node.name] = TablesAlone(kept: own, stale: stale.filter { $0.aloneThere != nil })
        }
        return found
    }
}

/// The tables of a node with rows that nothing else may have.
package struct TablesAlone: Sendable {
    /// Those that are no chunks.
    package let kept: [KeptTable]
    /// The chunks that it would lose when it is enabled.
    package let stale: [StaleChunk]

    package init(kept: [KeptTable] = [], stale: [StaleChunk] = []) { (self.kept, self.stale) = (kept, stale) }

    package var all: [KeptTable] { kept + stale.compactMap(\.aloneThere) }
}
