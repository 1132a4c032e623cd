import ClusterAccess
import MultiNode
import Platform
import Postgres

/// TimescaleDB's own cleanup.
extension CopyCleaner {
    private static let mostAttempts = 5
    /// A server keeps a slot for a connection that broke without a word until `wal_sender_timeout`, usually 60 s.
    private static let longestSlot = Duration.seconds(70)
    private static let pollInterval = Duration.milliseconds(100)

    func clean(_ copying: ChunkCopying) async throws(ClusterError) {
        // It ends also where tscl is killed: what holds it up may never go away.
        let limit = cluster.remaining(atMost: .seconds(120))
        let timeout = max(1, Int(limit / .milliseconds(1)))
        try await cluster.send("SET statement_timeout = \(literal: timeout)", on: link)
        for attempt in 1... {
            do throws(ClusterError) {
                try await cluster.send(copying.cleanup, on: link)
                break
            } catch  where error.sqlstate == "55006" && attempt < Self.mostAttempts {
                try await waitForSlot(of: copying)
            } catch  where error.mayPass && attempt < Self.mostAttempts {
                // A job that compresses the chunk, or a reader, was in the way.
                let next = ContinuousClock.now + cluster.remaining(atMost: .milliseconds(500))
                guard (try? await EventLoop.shared.sleep(until: next)) != nil else { throw .interrupted }
            } catch {
                throw error.afterCleanup(of: copying)
            }
        }
        // Behind a pooler the session is somebody else's next.
        try await cluster.send(SessionLimits.endingOwnLimit(process: link.info.backendPID), on: link)
    }

    /// Waits until nothing sends from the slot any more.
    func waitForSlot(of copying: ChunkCopying) async throws(ClusterError) {
        guard let source = nodes.first(where: { $0.name == copying.source }) else { return }
        let end = ContinuousClock.now + cluster.remaining(atMost: Self.longestSlot)
        let pid: String? = try await cluster.asking(source) { link throws(ClusterError) in
            while true {
                let row = try await cluster.send(copying.slot, on: link, node: source.name, timeout: .seconds(5))
                    .records.first
                guard let row, row["active"] == "t" else { return nil }
                let next = ContinuousClock.now + Self.pollInterval
                guard next < end else { return row["pid"] ?? "" }
                guard (try? await EventLoop.shared.sleep(until: next)) != nil else { throw ClusterError.interrupted }
            }
        }
        if let pid { throw .slotIsActive(copying, pid: pid) }
    }
}

extension ClusterError {
    /// The error of TimescaleDB's own cleanup, with what helps.
    fileprivate func afterCleanup(of copying: ChunkCopying) -> ClusterError {
        if isOfDownNode {
            return .down(node ?? "one of \(copying.source) and \(copying.destination)", copying, because: summary)
        }
        guard sqlstate == "57014" else { return self }
        var failure = ClusterError(
            "something on \(copying.source) or \(copying.destination) holds up the cleanup of \(copying.operation)",
            kind: .timedOut,
            remedy:
                "'heal list' shows what is in doubt there; then chunk cleanup \(Quoting.word(copying.operation)) goes on"
        )
        failure.sqlstate = sqlstate
        return failure
    }
}
