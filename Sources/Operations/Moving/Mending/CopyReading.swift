import ClusterAccess
import MultiNode
import Postgres

/// The copies of a chunk, read on their nodes while nobody writes through the access node.
struct CopyReading {
    let site: ClusterMoving
    let chunk: Chunk
    let shape: RowShape
    let links: [String: any Link]
    /// Until then writers may wait.
    let end: ContinuousClock.Instant

    var timeLeft: Duration { max(.milliseconds(1), ContinuousClock.now.duration(to: end)) }

    private func link(_ node: String) throws(ClusterError) -> any Link {
        guard let link = links[node] else { throw ClusterError(gone: node) }
        return link
    }

    @discardableResult
    private func send(_ sql: SQL, to node: String) async throws(ClusterError) -> QueryResult {
        try await site.cluster.send(sql, on: try link(node), node: node, timeout: timeLeft)
    }

    /// The nodes that have the chunk, and those that have nothing of it.
    func whereItIs(among nodes: [String]) async throws(ClusterError) -> (there: [String], missing: [String]) {
        var (there, missing): ([String], [String]) = ([], [])
        for node in nodes {
            if try await send(ChunkStanding.status(of: chunk.name), to: node).records.isEmpty {
                missing.append(node)
            } else {
                there.append(node)
            }
        }
        return (there, missing)
    }

    /// The statuses of copies that are there.
    func statuses(on nodes: [String]) async throws(ClusterError) -> [String: String?] {
        var statuses: [String: String?] = [:]
        for node in nodes {
            statuses[node] = .some(try await send(ChunkStanding.status(of: chunk.name), to: node).value)
        }
        return statuses
    }

    // MARK: Comparing

    /// The rows are read behind that, so that what was prepared and then ended is among them.
    ///
    /// - Throws: if a transaction is open or in doubt on one of them that has written to the chunk.
    func refuseWhereWritten(_ nodes: [String]) async throws(ClusterError) {
        for node in nodes
        where try await send(CopyQuestion.isWritten(chunk.name), to: node).records.first?["written"] != "f" {
            throw .isWritten(chunk, on: node)
        }
    }

    /// - Throws: if they change while they are read.
    func differences(between nodes: [String]) async throws(ClusterError) -> CopyDifferences {
        var digests: [String: CopyDigest] = [:]
        for case (let node, .digest(let digest, _)) in try await ask(.digest(), nodes) { digests[node] = digest }
        var differences = CopyDifferences(digests)
        let several = differences.toCompare
        guard !several.isEmpty else { return differences }
        var parts: [String: [Int: CopyDigest]] = [:]
        for case (let node, .parts(let own)) in try await ask(.parts, several) { parts[node] = own }
        for batch in CopyDifferences.batches(parts) {
            var rows: [String: [Int64: CopyRow]] = [:]
            for case (let node, .rows(let own)) in try await ask(.rows(batch), several) { rows[node] = own }
            differences.take(rows)
        }
        if differences.areChanging { throw .isChanging(chunk, several) }
        return differences
    }

    /// Asks all of them side by side, each in a transaction of its own, so that nothing is locked afterwards.
    private func ask(
        _ question: CopyQuestion, _ nodes: [String]
    ) async throws(ClusterError) -> [String: CopyReply] {
        let quiet = Cluster(
            site.cluster.connection, listener: QuietListener(site.cluster.listener), deadline: end)
        let answers = await quiet.sideBySide(nodes, named: { $0 }) { node throws(ClusterError) in
            try await quiet.read(question.query(of: chunk.name, shape), on: try link(node), node)
        }
        var replies: [String: CopyReply] = [:]
        for answer in answers { replies[answer.item] = question.reply(try answer.result.get()) }
        return replies
    }

    // MARK: Changing what is on a node

    /// Keeps the rows of a copy in a table beside the hypertable there. Where an earlier run has done that, it is found.
    func keepAside(_ node: String) async throws(ClusterError) -> TableName {
        let keeping = AsideKeeping(
            cluster: site.cluster.limited(to: timeLeft), link: try link(node), node: node, chunk: chunk.name,
            shape: shape)
        let own = try await keeping.content()
        let kept = try await keeping.keep(own) { aside throws(ClusterError) in
            try await send(CopyAside.keep(chunk.name, shape, as: aside), to: node)
        }
        guard let kept else { throw .isWritten(chunk, on: node) }
        return kept
    }

    /// Puts an empty table in the place of a chunk that is not there, because dropping its copy drops a table.
    func standIn(on node: String) async throws(ClusterError) {
        guard try await send(CopyAside.isTaken(chunk.name), to: node).value == "t" else {
            try await send(CopyAside.stand(inFor: chunk.name), to: node)
            return
        }
        guard try await send(CopyFacts.count(of: chunk.name), to: node).value == "0" else {
            throw .isTaken(chunk, on: node)
        }
    }
}

extension Cluster {
    /// Reads a copy of a chunk in a transaction with the settings for it, which stays open where that fails.
    func read(
        _ query: SQL, on link: any Link, _ node: String
    ) async throws(ClusterError) -> [[String: String?]] {
        try await send("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", on: link, node: node)
        try await send(CopyQuestion.settings, on: link, node: node)
        let records = try await send(query, on: link, node: node).records
        try await send("ROLLBACK", on: link, node: node)
        return records
    }
}
