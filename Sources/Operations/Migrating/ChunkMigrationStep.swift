package import ClusterAccess
package import MultiNode

/// One chunk of a migration: it is copied to the target, or dropped there because the source has it not.
package struct ChunkMigrationStep: Step {
    package enum Work: Sendable {
        case copy(SourceChunk)
        case remove(MigratedChunk)
        /// A chunk of the target that nobody has copied: the one of its range could not be made beside it.
        case clear(TableName)

        /// Whether it makes room for what is copied.
        package var makesRoom: Bool {
            if case .copy = self { false } else { true }
        }
    }

    package enum Result: Sendable, Equatable {
        case copied(CopiedChunk)
        case removed(TableName)
        /// The node has what was copied before.
        case same
        /// Another one has copied it meanwhile.
        case found
        /// Another one is at it.
        case taken
    }

    package let work: Work
    /// What was recorded when the work was decided on.
    package let before: MigratedChunk?
    /// Whether it may be what was copied, which its rows tell.
    package let readsFirst: Bool
    /// The table as the user knows it.
    package let table: TableName
    package let weight: Int64
    /// The nodes to copy from, the best first.
    package let nodes: [String]
    let site: any MigrationSite

    package init(
        _ work: Work, of table: TableName, since before: MigratedChunk?, readsFirst: Bool = false,
        from nodes: [String], weight: Int64, on site: any MigrationSite
    ) {
        self.readsFirst = readsFirst
        self.work = work
        self.table = table
        self.before = before
        self.nodes = nodes
        self.weight = max(1, weight)
        self.site = site
    }

    package var name: String {
        switch work {
        case .copy(let chunk): chunk.name.name
        case .remove(let chunk): chunk.source.name
        case .clear(let name): name.name
        }
    }

    private var id: Int? {
        switch work {
        case .copy(let chunk): chunk.id
        case .remove(let chunk): chunk.sourceID
        case .clear: nil
        }
    }

    /// Whether it may copy compressed rows: of a chunk that was compressed when it was copied before. One that has become so since is
    /// copied as it is.
    var mayBeCompressed: Bool { before?.isCompressed == true }

    package var plan: Plan { Plan() }

    package var places: [StepPlace] { nodes.first.map { [.source($0)] } ?? [] }

    package func run(_ report: StepReport) async throws(ClusterError) -> Result {
        do throws(ClusterError) {
            return try await attempt(report)
        } catch {
            guard !hasLostServer(error) else {
                report.endOperation(because: error)
                throw error
            }
            if let id, error.kind != .interrupted, !error.leavesDoubt { await site.note(error, of: id) }
            throw error
        }
    }

    /// Whether the access node or the target opens no session any more: what failed then is no matter of this chunk, and
    /// could not be recorded.
    private func hasLostServer(_ error: ClusterError) -> Bool {
        guard error.node == nil || error.node == MigrationTarget.name else { return false }
        return switch error.kind {
        // cannot_connect_now: it starts or stops.
        case .connectionFailed: !error.isAnswered || error.sqlstate == "57P03"
        case .passwordNeeded, .passwordRejected: true
        case .timedOut: error.isAccessNodeUnreachable || error.node == MigrationTarget.name
        default: false
        }
    }

    private func attempt(_ report: StepReport) async throws(ClusterError) -> Result {
        switch work {
        case .remove(let chunk):
            try await retried { () throws(ClusterError) in try await site.remove(chunk) }
            return .removed(chunk.source)
        case .clear(let name):
            try await retried { () throws(ClusterError) in try await site.clear(name) }
            return .removed(name)
        case .copy(let chunk):
            var silent: ClusterError?
            for node in nodes {
                do throws(ClusterError) {
                    let answer = try await retried { () throws(ClusterError) in
                        try await site.copy(chunk, from: node, since: before, readsFirst: readsFirst) { stage in
                            report.progressed(to: stage.fraction(of: weight))
                        }
                    }
                    switch answer {
                    case .copied(let copied): return .copied(copied)
                    case .same: return .same
                    case .found: return .found
                    case .taken: return .taken
                    }
                } catch {
                    // undefined_table: it was dropped or moved meanwhile.
                    let isMissing = error.kind == .mismatched || error.sqlstate == "42P01"
                    if isMissing, try await !site.isThere(chunk) { return try await removed(chunk) }
                    // Another node may have the chunk too.
                    guard error.node == node, error.isSilence || isMissing else { throw error }
                    silent = error
                }
            }
            throw silent ?? ClusterError("no data node has the chunk \(chunk.name.shownName)", remedy: "check")
        }
    }

    /// The source has dropped it while it was to be copied.
    private func removed(_ chunk: SourceChunk) async throws(ClusterError) -> Result {
        if let record = try await site.record(of: chunk.id) {
            try await retried { () throws(ClusterError) in try await site.remove(record) }
        }
        return .removed(chunk.name)
    }

    private static let attempts = 8

    /// A deadlock with another chunk's, or a lock that was not to be had, has undone all of it.
    private func retried<Value>(
        _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        var attempt = 1
        while true {
            do throws(ClusterError) {
                return try await work()
            } catch {
                guard error.mayPass, attempt < Self.attempts else { throw error }
                attempt += 1
            }
        }
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> Result? {
        guard let id else { return nil }
        let record = try await site.record(of: id)
        switch work {
        case .clear: return nil
        case .remove(let chunk): return record == nil ? .removed(chunk.source) : nil
        case .copy(let chunk):
            guard let record, record.state == .copied, record != before else { return nil }
            if readsFirst, record.targetTransaction == before?.targetTransaction { return .same }
            return .copied(
                CopiedChunk(
                    name: chunk.name, node: record.node ?? "", rows: record.rows ?? 0, bytes: record.bytes ?? 0))
        }
    }
}
