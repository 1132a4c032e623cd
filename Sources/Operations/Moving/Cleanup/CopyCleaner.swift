import ClusterAccess
import MultiNode

/// Cleans up after one copy of a chunk.
struct CopyCleaner {
    let cluster: Cluster
    /// The same without the limit of a cleanup: a large copy takes long to read.
    let unhurried: Cluster
    /// To the access node, for this alone.
    let link: any Link
    let capabilities: Capabilities
    let nodes: [DataNode]
    /// How long writers may wait at once.
    let maxLock: Duration

    func cleanUp(
        _ stale: ChunkCopying, isOwnCall: Bool, isOwnCopy: Bool, isClaimed: Bool
    ) async throws(ClusterError) -> CopyCleanup {
        let records = try await records(ofChunk: stale.chunkID)
        guard let copying = records.first(where: { $0.operation == stale.operation }) else { return .forgotten }
        if copying.isRunning, !isOwnCall { throw .running(copying) }
        let cleaning = copying.cleaning(among: names)
        let places = copying.places(of: cleaning, among: names)
        // It may be at work on the very table that would be dropped.
        if !places.isEmpty, let other = records.first(where: { $0.operation != copying.operation && $0.isRunning }) {
            throw .copiedBy(other, besides: copying)
        }
        if !places.isEmpty, !isClaimed, try await !claim(copying) { throw .claimed(copying) }
        // Another may have cleaned it up before that, and made the copy anew.
        if !places.isEmpty, !isClaimed {
            let now = try await self.records(ofChunk: stale.chunkID).first { $0.operation == copying.operation }
            guard let now else { return .forgotten }
            guard now == copying else { throw .claimed(copying) }
        }
        do throws(ClusterError) {
            // What is prepared on the source would keep what is there from being dropped, where the other end is down.
            let ends = nodes.filter { places.contains($0.name) }
            for isSource in [true, false] where !places.isEmpty {
                try await heal(ends.filter { ($0.name == copying.source) == isSource }, for: copying)
            }
            try await healWhatIsBegun(copying, besides: places)
            return try await carryOut(cleaning, of: copying, isOwn: isOwnCall || isOwnCopy)
        } catch {
            let isOfDestination = error.isOfDownNode && error.node == copying.destination
            guard isOfDestination, [.clean, .byHand].contains(cleaning), copying.source != copying.destination,
                let source = nodes.first(where: { $0.name == copying.source })
            else { throw error }
            throw await freeing(source, of: copying, after: error)
        }
    }

    private func carryOut(
        _ cleaning: CopyCleaning, of copying: ChunkCopying, isOwn: Bool
    ) async throws(ClusterError) -> CopyCleanup {
        switch cleaning {
        case .keep: throw .onlyCopy(copying)
        case .forget:
            try await forget(copying)
            return .forgotten
        case .compare:
            try await compare(copying)
            try await forget(copying)
            return .forgotten
        case .undo:
            try await refuseWhereSourceLacksChunk(copying)
            // What this process has just made it has from its source.
            let kept = isOwn ? nil : try await keepAlone(of: copying)
            try await undo(copying)
            if copying.compressedTable != nil { try await dropLooseTables(of: copying) }
            try await forget(copying)
            return .undone(keeping: kept)
        case .clean:
            if copying.places(of: cleaning, among: names).contains(copying.source) {
                try await refuseWhereSourceLacksChunk(copying)
            }
            try await refuseWhereDestinationHasChunk(copying)
            do throws(ClusterError) {
                try await clean(copying)
            } catch  where error.sqlstate == "42704" {
                // Meanwhile the chunk was dropped, or a node deleted.
                return try await cleanByHand(copying)
            }
            return .cleaned()
        case .byHand: return try await cleanByHand(copying)
        }
    }

    /// Keeps others from beginning a copy of the chunk that would have the same tables, for as long as the session lives.
    private func claim(_ copying: ChunkCopying) async throws(ClusterError) -> Bool {
        try await cluster.claim(copying.chunkID, over: link)
    }

    var names: Set<String> { Set(nodes.map(\.name)) }

    func records(ofChunk id: Int) async throws(ClusterError) -> [ChunkCopying] {
        try await cluster.send(ChunkCopying.list(ofChunk: id), on: link).records.map { ChunkCopying(row: $0) }
    }

    /// What a call that was cancelled has left prepared there, a cleanup waits for without an end.
    func heal(_ places: [DataNode], for copying: ChunkCopying) async throws(ClusterError) {
        if places.isEmpty { return }
        try await cluster.send(Healing.advance, on: link)
        for node in places {
            let step = HealStep(
                node, capabilities, within: cluster.remaining(atMost: .seconds(30)),
                at: LinkHealing(cluster: cluster, link: link))
            let result = try await healed(by: step)
            switch result.state {
            case .clean, .healed, .inProgress, .skipped: continue
            case .unreachable, .hanging: throw .down(node.name, copying, because: result.message)
            case .blocked, .failed, .notPermitted, nil:
                throw ClusterError(
                    "\(node.name) can't be healed, and \(copying.operation) not be cleaned up before: \(result.message ?? "")",
                    node: node.name,
                    remedy: "heal \(Quoting.word(node.name)); then chunk cleanup \(Quoting.word(copying.operation))")
            }
        }
    }

    /// What an access node that was stopped left prepared where no cleanup looks, the next copy waits for. It is not needed
    /// for the cleanup, and so nothing fails where it can't be ended.
    ///
    /// - Parameter places: those that are healed.
    private func healWhatIsBegun(_ copying: ChunkCopying, besides places: [String]) async throws(ClusterError) {
        guard ["init", "create_empty_chunk", "create_empty_compressed_chunk"].contains(copying.stage) else { return }
        let left = nodes.filter {
            [copying.source, copying.destination].contains($0.name) && $0.isAvailable && !places.contains($0.name)
        }
        guard !left.isEmpty else { return }
        try await cluster.send(Healing.advance, on: link)
        for node in left {
            let limit = cluster.remaining(atMost: .seconds(5))
            let step = HealStep(node, capabilities, within: limit, at: LinkHealing(cluster: cluster, link: link))
            do throws(ClusterError) { _ = try await healed(by: step) } catch
                where error.kind == .mismatched || error.holdsAnothers
            {}
        }
    }

    private func healed(by step: HealStep) async throws(ClusterError) -> HealResult {
        do throws(ClusterError) {
            return try await step.run(.unheard)
        } catch {
            if error.kind == .interrupted || error.isAccessNodeUnreachable || error.kind == .mismatched { throw error }
            if error.holdsAnothers { throw error }
            if let known = try? await step.result(after: error) { return known }
            return HealResult(error)
        }
    }

    /// Deletes the record.
    func forget(_ copying: ChunkCopying) async throws(ClusterError) {
        do throws(ClusterError) {
            try await cluster.send(copying.forgetting, on: link)
        } catch  where error.sqlstate == "42501" {
            guard copying.cleanupOnlyForgets else { throw .onlySuperuserForgets(copying) }
            try await cluster.send(copying.cleanup, on: link)
        }
    }
}

extension StepReport {
    /// For a step that is part of another.
    static var unheard: StepReport {
        StepReport(progressed: { _ in }, waits: { _ in }, stop: Stop())
    }
}
