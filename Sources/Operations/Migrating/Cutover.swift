package import ClusterAccess
import MultiNode
import Platform

/// What a cut-over may cost those that write.
package struct CutoverLimits: Sendable {
    /// How long writers may wait, from the request for the lock on.
    package let maxPause: Duration
    /// How long the lock itself may be waited for.
    package let lockTimeout: Duration

    package init(maxPause: Duration, lockTimeout: Duration) {
        self.maxPause = maxPause
        self.lockTimeout = lockTimeout
    }

    /// Does what an interrupt must not prevent, as long as nobody waits longer for it than a writer may.
    func shielded<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        // An unstructured task is not cancelled together with the command.
        let work = Task { () -> Result<Value, ClusterError> in
            do throws(ClusterError) { return .success(try await work()) } catch { return .failure(error) }
        }
        let end = EventLoop.Instant.now + maxPause + .seconds(5)
        let limit = Task(executorPreference: EventLoop.shared) {
            do throws(CancellationError) { try await EventLoop.shared.sleep(until: end) } catch { return }
            work.cancel()
        }
        let answer = await work.value
        limit.cancel()
        return try answer.get()
    }
}

/// What came of a cut-over.
package struct CutoverResult: Sendable {
    /// The steps in their order, and how long each took.
    package var steps: [(name: String, took: Duration)] = []
    /// How long writers waited; nil where an earlier run had done it.
    package var pause: Duration?
    /// What could not be done behind it, or has lost something.
    package var notes: [CutoverNote] = []
}

/// Lets the new table be the one that counts.
///
/// Up to the COMMIT nothing is changed but jobs that are off, which are recorded. In place the COMMIT is one, of the access
/// node. To another server there are two: the access node's first, which takes the old table's name away, so that nobody
/// can write there while the new one does not count yet; killed between the two, the next run finishes.
package struct Cutover: Sendable {
    /// Rounds of copying without a lock, at most.
    private static let rounds = 5
    /// How often the lock is tried; behind a deadlock, and from the third time on, readers wait, too.
    private static let attempts = 5
    /// How often it is let go for those who wait, as they may read as before: where compressed chunks are written to all the time,
    /// most of them don't, and nobody would ever be cut over.
    private static let letting = 3

    let site: any CutoverSite
    let limits: CutoverLimits
    let now: @Sendable () -> ContinuousClock.Instant

    package init(
        at site: any CutoverSite, _ limits: CutoverLimits,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.site = site
        self.limits = limits
        self.now = now
    }

    package func run() async throws(ClusterError) -> CutoverResult {
        var result = CutoverResult()
        switch try await site.standing() {
        case .copying:
            do throws(ClusterError) {
                try await cutOver(&result)
            } catch {
                try await giveUp(error)
            }
        case .between:
            try await timed("the other server's part", &result) { () throws(ClusterError) in try await complete() }
        case .cutOver: break
        }
        let began = now()
        result.notes = await site.settle()
        result.steps.append(("what comes behind", began.duration(to: now())))
        return result
    }

    /// Leaves everything as it was, unless the names are exchanged after all.
    private func giveUp(_ error: ClusterError) async throws(ClusterError) {
        await site.letGo()
        // An answer that was lost may have been that of the COMMIT.
        let standing: CutoverStanding
        do throws(ClusterError) {
            standing = try await limits.shielded { () throws(ClusterError) in try await site.standing() }
        } catch let second {
            throw (error.kind == .interrupted ? second : error).withoutTruth(again: site.again)
        }
        switch standing {
        case .cutOver: return
        case .between: try await complete()
        case .copying:
            do throws(ClusterError) {
                try await site.turnJobsOn()
            } catch let second {
                throw error.leavingJobsOff(second, again: site.again)
            }
            throw error
        }
    }

    private func cutOver(_ result: inout CutoverResult) async throws(ClusterError) {
        try await timed("jobs off", &result) { () throws(ClusterError) in try await site.turnJobsOff() }
        try await timed("changes, without a lock", &result) { () throws(ClusterError) in
            var last = Int.max
            for _ in 0..<Self.rounds {
                let changed = try await site.copyChanges()
                if changed == 0 || changed >= last { break }
                last = changed
            }
        }
        let beganAhead = now()
        if try await site.bringAhead() {
            result.steps.append(("continuous aggregates, without a lock", beganAhead.duration(to: now())))
        }
        var attempt = 1
        var lettings = 0
        var mode = CutoverHold.Mode.againstWriters
        while true {
            // As long as nobody waits for anything.
            try await wait(within: limits.maxPause) { () throws(ClusterError) in
                try await site.earlierReaders().map { .readsAsBefore($0) }
            }
            do throws(ClusterError) {
                guard try await !holdAndExchange(mode, lettingWaitersGo: lettings < Self.letting, &result) else {
                    return
                }
                lettings += 1
            } catch {
                guard attempt < Self.attempts, CutoverHold.mayPass(error.sqlstate) else { throw error }
                if attempt > 1 || error.sqlstate == "40P01" { mode = .againstAll }
                attempt += 1
            }
            await site.letGo()
            try await site.pause()
            // What takes reading is not done while others wait.
            _ = try await site.copyChanges()
        }
    }

    /// Looks until nothing is in the way any more.
    ///
    /// - Parameters:
    ///   - limit: from when on no other look is had.
    ///   - obstacles: what there is in the way, as an error each.
    private func wait(
        within limit: Duration, since began: ContinuousClock.Instant? = nil,
        _ obstacles: () async throws(ClusterError) -> [ClusterError]
    ) async throws(ClusterError) {
        let began = began ?? now()
        while let first = try await obstacles().first {
            guard began.duration(to: now()) < limit else { throw first }
            try await site.pause()
        }
    }

    /// - Parameter letsWaitersGo: whether nothing is exchanged where somebody who waits may read as before.
    /// - Returns: whether it is.
    private func holdAndExchange(
        _ mode: CutoverHold.Mode, lettingWaitersGo letsWaitersGo: Bool, _ result: inout CutoverResult
    ) async throws(ClusterError) -> Bool {
        var steps = result
        let began = now()
        let wait = WritersWait(since: began, limit: limits.maxPause, now: now)
        let patience = limits.maxPause / 2
        try await timed("lock", &steps) { () throws(ClusterError) in
            try await site.hold(mode)
        }
        try await timed("last changes", &steps) { () throws(ClusterError) in
            let site = site
            var prepared = StayingParts()
            try await self.wait(within: patience, since: began) { () throws(ClusterError) in
                prepared.keep(try await site.preparedParts())
                return prepared.nodes.isEmpty ? [] : [.stillPrepared(on: prepared.nodes)]
            }
            try await self.wait(within: patience, since: began) { () throws(ClusterError) in
                let writers = try await site.writersOnNodes()
                return writers.isEmpty ? [] : [.stillWritten(by: writers)]
            }
            try await wait.within { () throws(ClusterError) in try await site.holdNodes() }
            // What another one has copied meanwhile may be older than the lock: only a look that finds nothing ends it.
            while try await wait.within(site.copyChanges) > 0 { try wait.check() }
            try await self.wait(within: patience, since: began) { () throws(ClusterError) in
                try await site.earlierReaders().map { .readsAsBefore($0) }
            }
        }
        try wait.check()
        if letsWaitersGo, try await !site.waitingReaders().isEmpty { return false }
        try await timed("names", &steps) { () throws(ClusterError) in
            let (site, pause) = (site, wait.waited)
            try await wait.within { () throws(ClusterError) in try await site.exchange(after: pause) }
        }
        try wait.check()
        try await timed("commit", &steps) { () throws(ClusterError) in
            try await site.commit()
            try await complete()
        }
        steps.pause = wait.waited
        result = steps
        return true
    }

    private func timed(
        _ name: String, _ result: inout CutoverResult, _ work: () async throws(ClusterError) -> Void
    ) async throws(ClusterError) {
        let began = now()
        try await work()
        result.steps.append((name, began.duration(to: now())))
    }

    /// Does the part of the other server: until then nobody can write anywhere, and so an interrupt has to wait.
    private func complete() async throws(ClusterError) {
        try await limits.shielded { () throws(ClusterError) in try await site.complete() }
    }
}
