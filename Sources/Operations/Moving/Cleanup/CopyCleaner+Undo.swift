import ClusterAccess
import MultiNode
import Platform
import Postgres

/// Dropping a copy that is one of the chunk's already and that nobody has proved.
extension CopyCleaner {
    private static let mostAttempts = 3
    /// That much time dropping a copy may need: a copy that nobody has proved is read, and is worse than writers who wait.
    private static let enough: Duration = .seconds(3)

    /// Drops the destination's copy, unless the catalog says by now that it is not one of two.
    func undo(_ copying: ChunkCopying) async throws(ClusterError) {
        var limit = maxLock
        for attempt in 1... {
            guard let undoing = copying.undoing(capabilities, lockWithin: limit) else { return }
            try await cluster.send(.begin, on: link)
            do throws(ClusterError) {
                for statement in undoing.locking { try await cluster.send(statement, on: link) }
                if try await isStillTwo(copying) {
                    let owner = try await cluster.send(undoing.owner, on: link).value
                    try await cluster.send(undoing.drop, on: link)
                    if let owner { try await cluster.send(undoing.renewingPlans(owner: owner), on: link) }
                }
                try await cluster.send("COMMIT", on: link)
                return
            } catch {
                if await link.isOpen { try await cluster.send("ROLLBACK", on: link) }
                let isShort = limit < Self.enough
                let isBusy = error.mayPass || isShort && error.sqlstate == Self.tooLong
                guard isBusy, isShort || attempt < Self.mostAttempts else { throw error.afterUndoing(copying) }
                if isShort { limit = min(limit * 4, Self.enough) }
                // What was broken off as it was committed may be prepared on a node, where the next attempt waits for it.
                if error.sqlstate == Self.tooLong {
                    try await heal(
                        nodes.filter { [copying.source, copying.destination].contains($0.name) }, for: copying)
                }
            }
            // Those that wait behind the lock go first.
            let pause = ContinuousClock.now + cluster.remaining(atMost: .seconds(1))
            guard (try? await EventLoop.shared.sleep(until: pause)) != nil else { throw .interrupted }
        }
    }

    /// query_canceled: appendix A of the PostgreSQL manual.
    private static let tooLong = "57014"

    /// Looks again behind the lock. Another session may have proved the copy meanwhile, or dropped the source's.
    private func isStillTwo(_ copying: ChunkCopying) async throws(ClusterError) -> Bool {
        let records = try await records(ofChunk: copying.chunkID)
        guard let now = records.first(where: { $0.operation == copying.operation }) else { return false }
        guard now.isOnSource, now.isOnDestination else { return false }
        let nodes = try await cluster.send(DataNode.list, on: link).records.map { DataNode(row: $0) }
        guard nodes.first(where: { $0.name == copying.source })?.isAvailable == true else {
            throw .sourceIsUnavailable(copying)
        }
        return true
    }

    /// As the access node has it now.
    func chunk(of copying: ChunkCopying) async throws(ClusterError) -> Chunk? {
        var choice = Chunk.Choice()
        choice.name = copying.chunk
        return try await cluster.send(Chunk.list(choice, capabilities), on: link).records.map { Chunk(row: $0) }
            .first { $0.id == copying.chunkID }
    }

    /// The access node's catalog may have a copy that is not there.
    func refuseWhereSourceLacksChunk(_ copying: ChunkCopying) async throws(ClusterError) {
        let copy = try await chunk(of: copying)?.copies.first { $0.node == copying.source }
        guard let copy, let source = nodes.first(where: { $0.name == copying.source }) else { return }
        let missing = try await cluster.asking(source) { link throws(ClusterError) in
            try await cluster.send(
                ChunkInventory.missing(among: [copy.number]), on: link, node: source.name, timeout: .seconds(10))
        }
        if !missing.rows.isEmpty { throw .sourceLacksChunk(copying) }
    }

    /// The access node's catalog may be older than the nodes, as where it was restored: the copy was ended since.
    func refuseWhereDestinationHasChunk(_ copying: ChunkCopying) async throws(ClusterError) {
        guard let destination = nodes.first(where: { $0.name == copying.destination }) else { return }
        let answer = try await cluster.asking(destination) { link throws(ClusterError) in
            try await cluster.send(
                copying.isChunkThere, on: link, node: destination.name, timeout: .seconds(10))
        }
        if answer.value == "t" { throw .destinationHasChunk(copying) }
    }
}

extension ClusterError {
    fileprivate func afterUndoing(_ copying: ChunkCopying) -> ClusterError {
        guard mayPass || kind == .refused && sqlstate == "57014" else { return self }
        var failure = ClusterError(
            "the copy of \(copying.chunk?.shownName ?? "a chunk") on \(copying.destination) was not dropped, for others work on it: \(summary)",
            remedy: "chunk cleanup \(Quoting.word(copying.operation)) tries again")
        failure.sqlstate = sqlstate
        return failure
    }
}
