import ClusterAccess
import MultiNode

/// What a copy alone has that is to be dropped and that nobody has proved.
extension CopyCleaner {
    /// Keeps the rows of the copy which the one that stays lacks in a table of its node: the other may have lost them, as where
    /// its node was put back to an older state since. Rows as they were before they were changed or deleted are among them.
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
        let shape = RowShape(row: row)
        return try await unhurried.asking(destination) { own throws(ClusterError) in
            try await unhurried.asking(source) { other throws(ClusterError) in
                func ask(_ question: CopyQuestion) async throws(ClusterError) -> [CopyReply] {
                    let query = question.query(of: chunk.name, shape)
                    let mine = try await unhurried.read(query, on: own, destination.name)
                    let theirs = try await unhurried.read(query, on: other, source.name)
                    return [question.reply(mine), question.reply(theirs)]
                }
                let alone = try await CopyReply.alone(ask)
                if alone.isEmpty { return nil }
                let keeping = AsideKeeping(
                    cluster: unhurried, link: own, node: destination.name, chunk: chunk.name, shape: shape)
                guard let kept = try await keeping.keep(alone) else {
                    throw ClusterError(
                        "\(chunk.name.shownName) on \(destination.name) was written while rows of its copy were kept aside: nothing was "
                            + "dropped", node: destination.name,
                        remedy: "chunk cleanup \(Quoting.word(copying.operation)) tries again")
                }
                return kept
            }
        }
    }
}

extension CopyReply {
    /// The rows of the first of two copies which the second lacks, by their hashes.
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
