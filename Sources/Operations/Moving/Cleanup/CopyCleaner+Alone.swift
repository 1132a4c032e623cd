import ClusterAccess
import MultiNode
import Platform
import Postgres

/// What a copy alone has that is to be dropped and that nobody has proved.
extension CopyCleaner {
    /// Keeps the rows of the copy which the one that stays lacks in a table of its node: the other may have lost them, as where
    /// its node was put back to an older state since. One that is registered beside a source that nothing has happened to goes as it is.
    ///
    /// Nobody is held up, and the copy is read first: what is written meanwhile is in the other, too, when that is read.
    ///
    /// - Returns: nil where there are none.
    func keepAlone(of copying: ChunkCopying) async throws(ClusterError) -> KeptTable? {
        guard let chunk = try await chunk(of: copying),
            let source = nodes.first(where: { $0.name == copying.source }),
            let destination = nodes.first(where: { $0.name == copying.destination }),
            let row = try await cluster.send(RowShape.list(of: [chunk.tableID]), on: link).records.first
        else { return nil }
        if !copying.isOrphaned, try await isUnbroken(source, since: copying) { return nil }
        return try await unhurried.asking(destination) { own throws(ClusterError) in
            try await unhurried.asking(destination) { beside throws(ClusterError) in
                try await unhurried.asking(source) { other throws(ClusterError) in
                    try await keepAlone(chunk, RowShape(row: row), copying, own: own, beside: beside, other: other)
                }
            }
        }
    }

    private func isUnbroken(_ source: DataNode, since copying: ChunkCopying) async throws(ClusterError) -> Bool {
        let age = try await cluster.send(UnbrokenSource.age(of: copying.operation), on: link).value
        let row = try await unhurried.asking(source) { other throws(ClusterError) in
            try await unhurried.send(UnbrokenSource.standing, on: other, node: source.name).records.first
        }
        return UnbrokenSource.isUnbroken(row ?? [:], since: age)
    }

    /// - Parameters:
    ///   - own: to the node of the copy. What is read and kept there is of one moment, as others go on writing to it.
    ///   - beside: to the same node, for what is of no moment.
    ///   - other: to the node of the copy that stays.
    private func keepAlone(
        _ chunk: Chunk, _ shape: RowShape, _ copying: ChunkCopying, own: any Link, beside: any Link, other: any Link
    ) async throws(ClusterError) -> KeptTable? {
        func tell(_ statements: [SQL]) async throws(ClusterError) {
            for sql in statements { try await unhurried.send(sql, on: own, node: copying.destination) }
        }
        func askBeside(_ question: SQL) async throws(ClusterError) -> [[String: String?]] {
            try await unhurried.send(question, on: beside, node: copying.destination).records
        }
        // A node that was enabled drops the chunks that the access node has not there.
        if try await askBeside(CopyAside.isTaken(chunk.name)).first?["taken"] == "f" { return nil }
        var alone: [Int64: Int]?
        // A row that was changed or deleted between the two readings is in none of the copies any more. Where others go on writing, it
        // is read again; in the end rather such a row is kept as well than one lost that is nowhere else.
        for isLast in [false, false, true] {
            try await tell(CopyAside.beginning(chunk.name))
            // From then on nobody compresses or decompresses it.
            let compressed = try await askBeside(ChunkCopySQL.compressedTable(of: chunk.name)).first.map {
                TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "")
            }
            try await tell((compressed.map { [CopyAside.lock($0)] } ?? []) + [CopyQuestion.settings])
            let found = try await CopyReply.alone { question throws(ClusterError) in
                let query = question.query(of: chunk.name, shape)
                let mine = try await unhurried.send(query, on: own, node: copying.destination).records
                let theirs = try await unhurried.read(query, on: other, copying.source)
                return [question.reply(mine), question.reply(theirs)]
            }
            let isEnough = isLast || found == alone
            alone = found
            if isEnough, !found.isEmpty { break }
            try await tell(["ROLLBACK"])
            if found.isEmpty { return nil }
        }
        return try await keep(alone ?? [:], of: chunk, shape, copying, beside: beside, tell)
    }

    /// - Parameter tell: sends statements within the transaction that has found the rows.
    private func keep(
        _ rows: [Int64: Int], of chunk: Chunk, _ shape: RowShape, _ copying: ChunkCopying, beside: any Link,
        _ tell: ([SQL]) async throws(ClusterError) -> Void
    ) async throws(ClusterError) -> KeptTable {
        let keeping = AsideKeeping(
            cluster: unhurried, link: beside, node: copying.destination, chunk: chunk.name, shape: shape)
        let digest = CopyDigest(of: rows)
        let isMade = Lock(false)
        let kept = try await keeping.keep(digest) { aside throws(ClusterError) in
            try await tell(CopyAside.keep(rows, of: chunk.name, shape, as: aside) + ["COMMIT"])
            isMade.withLock { $0 = true }
        }
        if !isMade.withLock({ $0 }) { try await tell(["ROLLBACK"]) }
        guard let kept else {
            throw ClusterError(
                "the rows that \(chunk.name.shownName) alone has on \(copying.destination) came to be others where they were kept "
                    + "aside: nothing was dropped", node: copying.destination,
                remedy: "chunk cleanup \(Quoting.word(copying.operation)) tries again")
        }
        return KeptTable(kept, rows: digest.rows, isSurplus: true)
    }
}

extension CopyReply {
    /// The rows of the first of two copies which the second lacks, by their hashes. A row that the second has otherwise may be
    /// older or younger there.
    ///
    /// - Parameter ask: asks both the same question, the first first.
    fileprivate static func alone(
        _ ask: (CopyQuestion) async throws(ClusterError) -> [CopyReply]
    ) async throws(ClusterError) -> [Int64: Int] {
        let digests = try await ask(.digest()).map(\.digest)
        if digests[0]?.rows == 0 || digests[0] == digests[1] { return [:] }
        let parts = try await ask(.parts).map(\.parts)
        var alone: [Int64: Int] = [:]
        for batch in CopyDifferences.batches(["own": parts[0], "other": parts[1]]) {
            let rows = try await ask(.rows(batch)).map(\.rows)
            alone.merge(StaleChunk.rows(of: rows[0], besides: [rows[1]])) { $0 + $1 }
        }
        return alone
    }

    var parts: [Int: CopyDigest] { if case .parts(let parts) = self { parts } else { [:] } }
    var rows: [Int64: CopyRow] { if case .rows(let rows) = self { rows } else { [:] } }
}
