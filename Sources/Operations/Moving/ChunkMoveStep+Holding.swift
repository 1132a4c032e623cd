import ClusterAccess
import MultiNode
import Platform

/// Copies that are made while writers wait, so that they can't overtake them.
extension ChunkMoveStep {
    /// - Parameters:
    ///   - own: the operations of this session.
    ///   - isLate: whether writers are only made to wait when the copy waits for nobody any more.
    /// - Returns: no verdict if the source is busy for a moment; nothing is left then.
    func copyHolding(
        to destination: String, as name: ChunkCopyName, _ own: Set<String>, isLate: Bool, _ claim: any ChunkClaim,
        _ report: StepReport
    ) async throws(ClusterError) -> (ChunkMoveResult?, CopyVerdict?) {
        let expected = CopyEstimate.time(move.bytes)
        guard expected < maxLock else { throw .overtaken(chunk, move.source, destination, expected, within: maxLock) }
        let verdict: CopyVerdict
        do throws(ClusterError) {
            if isLate {
                verdict = try await settleLate(to: destination, as: name, claim, report)
            } else {
                verdict = try await claim.settle(
                    decision(destination), of: name.text, awaited: [], within: maxLock,
                    copying: { () throws(ClusterError) in
                        let end = try await claim.copy(
                            from: move.source, to: destination, as: name, bytes: move.bytes, within: maxLock, report)
                        if end == .failing { throw .fails(chunk, move.source, destination) }
                    }, report)
            }
        } catch {
            try await leaveIfBusy(error, own, report)
            return (nil, nil)
        }
        return (try await end(verdict, name.text, claim), verdict)
    }

    /// Begins a copy, and makes writers wait only when its replication slots are made: these wait for all transactions that
    /// are open on the source, also for that of a writer who would wait himself. What is written until then is copied, too.
    private func settleLate(
        to destination: String, as name: ChunkCopyName, _ claim: any ChunkClaim, _ report: StepReport
    ) async throws(ClusterError) -> CopyVerdict {
        let isOver = Lock(false)
        let copying = Task(executorPreference: EventLoop.shared) { () -> Result<CopyEnd, ClusterError> in
            defer { isOver.withLock { $0 = true } }
            do throws(ClusterError) {
                return .success(
                    try await claim.copy(
                        from: move.source, to: destination, as: name, bytes: move.bytes,
                        within: CopyEstimate.limit(move.bytes), report))
            } catch {
                return .failure(error)
            }
        }
        let answer = await withTaskCancellationHandler { () -> Result<CopyVerdict, ClusterError> in
            do throws(ClusterError) {
                try await claim.untilSlotsAreMade(
                    for: name, from: move.source, to: destination, orElse: { isOver.withLock { $0 } })
                return .success(
                    try await claim.settle(
                        decision(destination), of: name.text, awaited: [], within: maxLock,
                        copying: { () throws(ClusterError) in try await ended(copying, to: destination) }, report))
            } catch {
                copying.cancel()
                let end = await copying.value
                switch end {
                // Somebody has updated or deleted rows before writers were held.
                case .success(.failing): return .success(.different(rows: [:]))
                // What ended the copy says more.
                case .failure(let cause) where cause.kind != .interrupted: return .failure(cause)
                case .success, .failure: return .failure(error)
                }
            }
        } onCancel: {
            copying.cancel()
        }
        return try answer.get()
    }

    /// Waits for a copy, as long as writers may wait.
    private func ended(
        _ copying: Task<Result<CopyEnd, ClusterError>, Never>, to destination: String
    ) async throws(ClusterError) {
        let isLate = Lock(false)
        let limit = Task(executorPreference: EventLoop.shared) { [maxLock] in
            guard (try? await EventLoop.shared.sleep(until: .now.advanced(by: maxLock))) != nil else { return }
            isLate.withLock { $0 = true }
            copying.cancel()
        }
        defer { limit.cancel() }
        let end = await copying.value
        if isLate.withLock({ $0 }) { throw .isTooLong(chunk, move.source, destination, maxLock, nil) }
        // What is wrong is seen by who began it.
        if try end.get() == .failing { throw .fails(chunk, move.source, destination) }
    }

    /// Waits behind a hold that was given back.
    ///
    /// - Parameter count: how often that was so.
    func wait(
        behind standstill: HoldStandstill, _ count: inout Int, _ report: StepReport
    ) async throws(ClusterError) {
        count += 1
        report.waits(for: standstill.text(of: chunk.table))
        guard count < ChunkHold.standstills else { throw .standsStill(chunk, standstill, count) }
        if report.isToStop { throw .interrupted }
        try await site.wait(untilOver: standstill, report)
    }
}
