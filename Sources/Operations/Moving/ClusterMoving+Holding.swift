import ClusterAccess
import MultiNode
import Postgres

/// A hypertable that nobody writes to, in a transaction of the access node, and what is known of one of its chunks there.
struct HeldTable {
    /// To the access node, with the transaction open.
    let link: any Link
    /// Until then writers may wait.
    let end: ContinuousClock.Instant
    let state: ChunkState
    let shape: RowShape
    /// The nodes that are not marked unavailable.
    let available: Set<String>

    var timeLeft: Duration { max(.milliseconds(1), ContinuousClock.now.duration(to: end)) }
}

extension ClusterMoving {
    /// Does work on copies of a chunk while nobody writes to its hypertable, and commits it. Where it throws, all is undone
    /// with the connection.
    ///
    /// - Parameters:
    ///   - limit: how long writers may wait.
    ///   - preparing: is done right before they are made to wait.
    ///   - copying: is done first, while they wait.
    /// - Returns: also how long they waited; nil if the chunk or its hypertable is not there any more, or has another name.
    func holding<Value: Sendable>(
        _ chunk: Chunk, within limit: Duration, preparing: (() async throws(ClusterError) -> Void)? = nil,
        copying: (() async throws(ClusterError) -> Void)? = nil,
        _ work: (HeldTable) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> (value: Value, held: Duration)? {
        try await cluster.aside(keeping: kept) { link throws(ClusterError) in
            // What others have committed before the lock was there must be seen.
            try await cluster.send("BEGIN ISOLATION LEVEL READ COMMITTED", on: link)
            let statements = ChunkCopySQL.hold(
                chunk.table, id: chunk.tableID, waiting: ChunkHold.longest(limit), within: limit)
            for statement in statements.dropLast() { try await cluster.send(statement, on: link) }
            if let preparing { try await preparing() }
            let began = ContinuousClock.now
            for statement in statements.suffix(1) { try await cluster.send(statement, on: link) }
            if let copying { try await copying() }
            guard let table = try await held(chunk, on: link, until: began + limit) else { return nil }
            let value = try await work(table)
            try await cluster.send("COMMIT", on: link)
            return (value, began.duration(to: .now))
        }
    }

    private func held(
        _ chunk: Chunk, on link: any Link, until end: ContinuousClock.Instant
    ) async throws(ClusterError) -> HeldTable? {
        guard let state = try await state(of: chunk, on: link) else { return nil }
        let shapes = try await cluster.send(RowShape.list(of: [chunk.tableID]), on: link).records
        // It is the number that counts: by now another table may have the name that was locked.
        guard let shape = shapes.first.map({ RowShape(row: $0) }), shape.table == chunk.table else { return nil }
        let nodes = try await cluster.send(DataNode.list, on: link).records.map { DataNode(row: $0) }
        return HeldTable(
            link: link, end: end, state: state, shape: shape,
            available: Set(nodes.filter(\.isAvailable).map(\.name)))
    }

    /// Tries again what could not lock the hypertable, or was the victim of a deadlock: nothing has happened yet.
    func untilHeld<Value: Sendable>(
        _ chunk: Chunk, _ report: StepReport, _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        var attempts = 0
        while true {
            do throws(ClusterError) {
                return try await work()
            } catch {
                attempts += 1
                guard attempts < ChunkHold.attempts, ["55P03", "40P01"].contains(error.sqlstate) else { throw error }
            }
            report.waits(for: "a lock on \(chunk.table.shownName)")
            try await pause()
        }
    }

    /// Runs work over connections to nodes, which are open before anybody waits.
    func reaching<Value: Sendable>(
        _ names: ArraySlice<String>, _ links: [String: any Link] = [:],
        _ work: ([String: any Link]) async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        guard let name = names.first else { return try await work(links) }
        return try await cluster.asking(try node(name), keeping: kept, timeout: .seconds(30)) {
            link throws(ClusterError) in
            try await reaching(names.dropFirst(), links.merging([name: link]) { $1 }, work)
        }
    }
}
