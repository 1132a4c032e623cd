import ClusterAccess
import MultiNode
import Platform
import Postgres

/// What a look at the copies has found (``TargetLook``), by the numbers of the chunks.
struct CopyLook: Sendable {
    /// Those that are not what was copied.
    var changed: Set<Int> = []
    /// Those of which nobody can tell, as another one has them in hand.
    var untold: Set<Int> = []

    mutating func add(_ other: CopyLook) {
        changed.formUnion(other.changed)
        untold.formUnion(other.untold)
    }
}

extension Cluster {
    /// How many sessions look side by side, and at how many chunks and bytes in one statement at most. To plan one takes longer
    /// than to look at a small chunk, and so it is done side by side, too, where there are more than a few.
    private static let looks = 4
    private static let chunksOfLook = 20...100
    private static let bytesOfLook = 64 << 20

    /// Looks at the copies of what the source has still, before the cut-over.
    func lookAtCopies(
        of pairs: [MigrationSurvey.Pair], on target: MigrationTarget
    ) async -> Result<CopyLook, ClusterError> {
        let records = pairs.filter { $0.migration.state == .copying && $0.source != nil }.compactMap(\.record)
            .filter { $0.state == .copied && $0.isThere }
        if records.isEmpty { return .success(CopyLook()) }
        let batches = Self.batches(of: records)
        let left = Lock(batches[...])
        // To open a session takes as long as to look at some thousands of rows: each looks at one batch after the other.
        let answers = await sideBySide(
            Array(0..<min(Self.looks, batches.count)), named: { _ in target.node ?? Finding.accessNode }, patience: nil
        ) { _ throws(ClusterError) in
            try await target.aside { link throws(ClusterError) in
                var found = CopyLook()
                while let batch = left.withLock({ $0.popFirst() }) {
                    found.add(try await look(at: batch, on: link, of: target))
                }
                return found
            }
        }
        var all = CopyLook()
        for answer in answers {
            switch answer.result {
            case .success(let found): all.add(found)
            case .failure(let error): return .failure(error)
            }
        }
        return .success(all)
    }

    static func batches(of records: [MigratedChunk]) -> [[MigratedChunk]] {
        let most = min(max((records.count + looks - 1) / looks, chunksOfLook.lowerBound), chunksOfLook.upperBound)
        var batches: [[MigratedChunk]] = []
        var bytes = 0
        for record in records {
            let more = record.bytes ?? 0
            if let last = batches.indices.last, batches[last].count < most, bytes + more <= bytesOfLook {
                batches[last].append(record)
                bytes += more
            } else {
                batches.append([record])
                bytes = more
            }
        }
        return batches
    }

    /// What another one copies just now is not waited for until that has ended.
    private func look(
        at records: [MigratedChunk], on link: any Link, of target: MigrationTarget
    ) async throws(ClusterError) -> CopyLook {
        func send(_ sql: SQL) async throws(ClusterError) -> QueryResult {
            try await target.cluster.send(sql, on: link, node: target.node)
        }
        do throws(ClusterError) {
            for statement in ["BEGIN READ ONLY", SourceReading.settings, "SET LOCAL lock_timeout = '1s'"] as [SQL] {
                _ = try await send(statement)
            }
            let rows = try await send(TargetLook.query(records)).records
            _ = try await send("ROLLBACK")
            return CopyLook(changed: TargetLook.changed(rows))
        } catch {
            // lock_not_available; undefined_table: it was dropped meanwhile.
            guard error.sqlstate == "55P03" || error.sqlstate == "42P01" else { throw error }
            _ = try await send("ROLLBACK")
            if records.count == 1 { return CopyLook(untold: [records[0].sourceID]) }
            var found = CopyLook()
            for record in records { found.add(try await look(at: [record], on: link, of: target)) }
            return found
        }
    }
}
