import ClusterAccess
import MultiNode

extension ChunkMoveStep {
    /// So often it is looked whether a transaction is still there that has written to the chunk.
    static let writtenAttempts = 8

    /// Waits for a transaction that has written to the chunk, and ends it where it is in doubt.
    func waitForWriter(on node: String, _ report: StepReport) async throws(ClusterError) {
        report.waits(for: "the end of a transaction on \(node) that has written to the chunk")
        await site.healDoubts(on: [node], report)
        try await site.pause()
    }

    /// Drops the copy at the source.
    func drop(_ claim: any ChunkClaim, _ report: StepReport) async throws(ClusterError) -> ChunkMoveResult {
        var others: [String] = []
        while true {
            guard let state = try await site.state(of: chunk) else { return ChunkMoveResult(.gone) }
            if state.isBehind(move) { return ChunkMoveResult(.dropped) }
            others = state.standing.nodes.filter { $0 != move.source }
            if state.copyings.isEmpty { break }
            // A copy that nobody has proved is no reason to drop another, and would count when its source is gone.
            for copying in state.copyings {
                if copying.isRunning {
                    report.waits(for: "the copy \(copying.operation), which still runs")
                    if report.isToStop { throw .interrupted }
                    await site.look(after: copying)
                    try await site.pause()
                } else {
                    try await site.cleanUp(copying, isOwnCall: false, report)
                }
            }
        }
        guard !others.isEmpty else {
            throw ClusterError(
                "the copy of \(name) on \(move.source) is the only one",
                remedy: "'chunk move \(Quoting.word(name)) --to NODE' takes it to another node")
        }
        var (written, standstills) = (0, 0)
        var awaited: Set<String> = []
        while true {
            let verdict = try await claim.settle(
                .drop(move.source, besides: others), of: nil, awaited: awaited, within: maxLock, copying: nil, report)
            switch verdict {
            case .equal(let rows, let held): return ChunkMoveResult(.dropped, rows: rows, held: held)
            case .restated(let cause): throw .isRestated(chunk, cause)
            case .different(let rows): throw .differs(chunk, from: move.source, rows)
            case .written(let node):
                written += 1
                guard written < Self.writtenAttempts, !report.isToStop else { throw .isWritten(chunk, on: node) }
                try await waitForWriter(on: node, report)
            case .readBefore(let snapshots):
                try await site.wait(untilOver: snapshots, of: chunk, within: patience, report)
                awaited.formUnion(snapshots.map(\.node))
            case .givenBack(let standstill): try await wait(behind: standstill, &standstills, report)
            case .unheld(let wait): throw .isUnheld(chunk, wait)
            case .outrun, .overtaken: throw .copiesChanged(chunk)
            }
        }
    }
}
