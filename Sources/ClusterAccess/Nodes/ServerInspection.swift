import Glibc
package import MultiNode
import Postgres

/// What `check` reads from a server to judge it as a data node.
package struct ServerInspection: Sendable {
    package let server: Capabilities
    package let facts: ServerFacts
    package let transactions: [InDoubtTransaction]

    /// The check of this server against an access node.
    package func check(
        _ name: String, isAdded: Bool = true, beside accessNode: Capabilities, _ clock: ClockReading
    ) -> ServerCheck {
        ServerCheck(
            node: name, server: server, facts: facts.node, accessNode: accessNode, isAdded: isAdded,
            clockOffset: (facts.clock.offset - clock.offset, facts.clock.error + clock.error))
    }
}

/// How far a server's clock is ahead of this machine's, in seconds. The error is half of the time that the answer took.
package struct ClockReading: Sendable {
    package let offset: Double
    package let error: Double
}

/// A server's settings, and its clock when they were read.
package struct ServerFacts: Sendable {
    package let node: NodeFacts
    package let clock: ClockReading
}

extension Cluster {
    /// Reads everything that `check` needs to know about one server.
    package func inspect(
        _ link: any Link, node: String?, timeout: Duration
    ) async throws(ClusterError) -> ServerInspection {
        let server = try await send(Capabilities.query, on: link, node: node, timeout: timeout)
        let facts = try await facts(link, node: node, timeout: timeout)
        let transactions = try await send(InDoubtTransaction.list, on: link, node: node, timeout: timeout)
        return ServerInspection(
            server: Capabilities(row: server.records.first ?? [:]), facts: facts,
            transactions: transactions.records.map { InDoubtTransaction(row: $0) })
    }

    /// The access node's settings and clock.
    package func facts() async throws(ClusterError) -> ServerFacts {
        try await facts(try await link(), node: nil, timeout: .seconds(5))
    }

    private func facts(_ link: any Link, node: String?, timeout: Duration) async throws(ClusterError) -> ServerFacts {
        let before = Self.now
        let answer = try await send(NodeFacts.query, on: link, node: node, timeout: timeout)
        let after = Self.now
        let facts = NodeFacts(row: answer.records.first ?? [:])
        let clock = ClockReading(offset: facts.clock - (before + after) / 2, error: (after - before) / 2)
        return ServerFacts(node: facts, clock: clock)
    }

    /// This machine's clock, in seconds since 1970.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
