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

extension ServerFacts {
    /// - Parameters:
    ///   - row: of ``NodeFacts/query``.
    ///   - began: when it was asked for, and `ended` when it was there, by this machine's clock.
    package init(row: [String: String?], from began: Double, to ended: Double) {
        node = NodeFacts(row: row)
        clock = ClockReading(offset: node.clock - (began + ended) / 2, error: (ended - began) / 2)
    }
}

extension ServerInspection {
    /// What a server is asked, the clock first.
    static let questions: [SQL] = [NodeFacts.query, Capabilities.query, InDoubtTransaction.list]

    /// - Parameters:
    ///   - answers: to ``questions``.
    ///   - began: when they were asked, by this machine's clock, and `ended` when the clock's answer was there.
    init(
        _ answers: some Collection<Result<QueryResult, ClusterError>>, from began: Double, to ended: Double
    ) throws(ClusterError) {
        var results: [QueryResult] = []
        for answer in answers { results.append(try answer.get()) }
        facts = ServerFacts(row: results[0].records.first ?? [:], from: began, to: ended)
        server = Capabilities(row: results[1].records.first ?? [:])
        transactions = results[2].records.map { InDoubtTransaction(row: $0) }
    }
}

extension Cluster {
    /// Reads everything that `check` needs to know about one server.
    package func inspect(
        _ link: any Link, node: String?, timeout: Duration
    ) async throws(ClusterError) -> ServerInspection {
        let began = Self.clock
        let questions = Dictionary(uniqueKeysWithValues: ServerInspection.questions.enumerated().map { ($0, $1) })
        let answers = try await ask(questions, on: link, node: node, timeout: timeout)
        return try ServerInspection(
            questions.keys.sorted().map { answers[$0] }, from: began, to: answers.firstAnswered)
    }

    /// The access node's settings and clock.
    package func facts() async throws(ClusterError) -> ServerFacts {
        let began = Self.clock
        let answer = try await send(NodeFacts.query, on: try await link(), timeout: .seconds(5))
        return ServerFacts(row: answer.records.first ?? [:], from: began, to: Self.clock)
    }

    /// This machine's clock, in seconds since 1970.
    package static var clock: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
