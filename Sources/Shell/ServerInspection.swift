import Glibc
import MultiNode
import Postgres

/// What a server answers when it is looked at as a data node.
struct ServerInspection: Sendable {
    let server: Capabilities
    let facts: NodeFacts
    /// How far its clock is ahead of this machine's, in seconds; the error is half of the time the answer took.
    let clock: (offset: Double, error: Double)
    let transactions: [InDoubtTransaction]

    /// What is to be said of it beside an access node.
    func check(_ name: String, _ accessNode: Capabilities, _ accessNodeClock: (offset: Double, error: Double))
        -> ServerCheck
    {
        ServerCheck(
            node: name, server: server, facts: facts, accessNode: accessNode,
            clockOffset: (clock.offset - accessNodeClock.offset, clock.error + accessNodeClock.error))
    }
}

extension Session {
    /// Reads everything that `check` wants to know of one server.
    func inspect(_ connection: Connection, node: String?, timeout: Duration) async throws(Failure) -> ServerInspection {
        let server = try await send(Capabilities.query, on: connection, node: node, timeout: timeout)
        let (facts, clock) = try await facts(connection, node: node, timeout: timeout)
        let transactions = try await send(InDoubtTransaction.list, on: connection, node: node, timeout: timeout)
        return ServerInspection(
            server: Capabilities(row: server.records.first ?? [:]), facts: facts, clock: clock,
            transactions: transactions.records.map { InDoubtTransaction(row: $0) })
    }

    func facts(
        _ connection: Connection, node: String?, timeout: Duration
    ) async throws(Failure) -> (NodeFacts, (offset: Double, error: Double)) {
        let before = Self.now
        let answer = try await send(NodeFacts.query, on: connection, node: node, timeout: timeout)
        let after = Self.now
        let facts = NodeFacts(row: answer.records.first ?? [:])
        return (facts, (facts.clock - (before + after) / 2, (after - before) / 2))
    }

    /// This machine's clock, in seconds since 1970.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
