package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// Transactions that read a node as it was before a copy of a chunk was made there. For them that copy has no row.
extension MovingSite {
    /// Waits until none of them is open any more. Those that begin meanwhile see the copy.
    ///
    /// - Parameters:
    ///   - snapshots: those that were open when the copy was there.
    ///   - limit: how long they are waited for.
    /// - Throws: if one is open still then. Nothing has been dropped.
    func wait(
        untilOver snapshots: [OpenSnapshot], of chunk: Chunk, within limit: Duration, _ report: StepReport
    ) async throws(ClusterError) {
        var open = snapshots
        let end = ContinuousClock.now + limit
        while let first = open.first {
            let text = first.text(of: await session(of: first))
            let others = open.count > 1 ? ", and \(open.count - 1) more" : ""
            report.waits(for: "\(text)\(others); help: \(OpenSnapshot.remedy)")
            if report.isToStop { throw .interrupted }
            guard .now < end else { throw .isReadAsBefore(chunk, text, limit) }
            try await pause()
            open = try await stillOpen(open)
        }
    }

    /// Waits for those of a node that has got a copy.
    ///
    /// - Returns: one of them; nil where there were none.
    func waitForOlderReaders(
        on node: String, of chunk: Chunk, within limit: Duration, _ report: StepReport
    ) async throws(ClusterError) -> OpenSnapshot? {
        let snapshots = try await snapshots(on: node)
        try await wait(untilOver: snapshots, of: chunk, within: limit, report)
        return snapshots.first
    }
}

extension ClusterMoving {
    /// How long it is waited, before anybody is told, for those that are over soon.
    private static let shortly: Duration = .milliseconds(400)
    /// The same while writers wait.
    private static let heldShortly: Duration = .milliseconds(150)
    private static let firstPause: Duration = .milliseconds(10)

    package func snapshots(on node: String) async throws(ClusterError) -> [OpenSnapshot] {
        try await asking(node) { ask throws(ClusterError) in try await Self.lasting(within: Self.shortly, on: node, ask)
        }
    }

    /// The same over a connection to the node, while writers wait.
    func snapshots(
        on node: String, over link: any Link, until end: ContinuousClock.Instant
    ) async throws(ClusterError) -> [OpenSnapshot] {
        let left = ContinuousClock.now.duration(to: end)
        return try await Self.lasting(within: min(Self.heldShortly, left / 4), on: node) { sql throws(ClusterError) in
            try await cluster.quiet.send(
                sql, on: link, node: node, timeout: max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            ).records
        }
    }

    package func stillOpen(_ snapshots: [OpenSnapshot]) async throws(ClusterError) -> [OpenSnapshot] {
        var open: [OpenSnapshot] = []
        for node in Set(snapshots.map(\.node)).sorted() {
            let numbers = snapshots.filter { $0.node == node }.map(\.number)
            open += try await asking(node) { ask throws(ClusterError) in
                try await ask(OpenSnapshot.query(among: numbers)).compactMap { OpenSnapshot(row: $0, on: node) }
            }
        }
        return open
    }

    package func session(of snapshot: OpenSnapshot) async -> HeldSession? {
        await watch.session(of: snapshot)
    }

    private func asking<Value: Sendable>(
        _ node: String,
        _ work: ((SQL) async throws(ClusterError) -> [[String: String?]]) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        try await cluster.asking(try self.node(node), keeping: kept, timeout: ClusterChunkClaim.shortly) {
            link throws(ClusterError) in
            try await work { sql throws(ClusterError) in
                try await cluster.quiet.send(sql, on: link, node: node, timeout: ClusterChunkClaim.shortly).records
            }
        }
    }

    /// Those that are open now, and after a while still.
    private static func lasting(
        within patience: Duration, on node: String, _ ask: (SQL) async throws(ClusterError) -> [[String: String?]]
    ) async throws(ClusterError) -> [OpenSnapshot] {
        var open = try await ask(OpenSnapshot.query()).compactMap { OpenSnapshot(row: $0, on: node) }
        let end = ContinuousClock.now + patience
        var pause = firstPause
        while !open.isEmpty, .now + pause < end {
            guard (try? await EventLoop.shared.sleep(until: .now.advanced(by: pause))) != nil else {
                throw .interrupted
            }
            pause = pause * 2
            open = try await ask(OpenSnapshot.query(among: open.map(\.number))).compactMap {
                OpenSnapshot(row: $0, on: node)
            }
        }
        return open
    }
}

extension ClusterError {
    /// - Parameter text: of the transaction, and whose it is.
    static func isReadAsBefore(_ chunk: Chunk, _ text: String, _ limit: Duration) -> ClusterError {
        ClusterError(
            "\(chunk.name.shownName): after \(Int(limit / .seconds(1))) s there was still \(text); for it rows would be missing, and so no "
                + "copy took the place of another, and no row is lost",
            remedy: "\(OpenSnapshot.remedy); then run it again")
    }

    /// - Parameters:
    ///   - reader: the last of those that had read the destination before.
    ///   - count: how many copies were made.
    static func isWrittenByOlder(
        _ chunk: Chunk, _ source: String, _ destination: String, _ reader: OpenSnapshot, copies count: Int
    ) -> ClusterError {
        ClusterError(
            "\(chunk.name.shownName): each of \(count) copies from \(source) to \(destination) lacked what transactions wrote that had read \(destination) before it was there, and so find no row in it (the last: process \(reader.pid) there): the copies were dropped again, and no row is lost",
            remedy:
                "run it again when fewer transactions do both, or take another node for the chunk: --to NODE; \(OpenSnapshot.remedy)"
        )
    }

    /// - Parameter holders: none where that is not known.
    static func isLockedThere(_ chunk: Chunk, on node: String, by holders: [LockHolder]) -> ClusterError {
        var error = ClusterError(
            "the copy of \(chunk.name.shownName) on \(node) could not be locked against those that write to it there"
                + (holders.isEmpty ? "" : ": it is locked by \(holders.map(\.text).listed)"),
            node: node,
            remedy:
                "who has connected to \(node) itself, and not to the access node, is to end that transaction; then run it again"
        )
        error.sqlstate = "55P03"
        return error
    }
}
