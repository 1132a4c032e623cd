import CannedServers
import ClusterAccess
import MultiNode
import Postgres
import Testing

/// The time that a command has, and what each request gets of it.
@Suite struct DeadlineTests {
    private let canned = CannedCluster()
    private let node = DataNode(name: "dn1", host: "dn1", database: "dist")

    @Test func withoutALimitEachRequestHasItsOwn() async throws {
        let cluster = canned.cluster()
        #expect(cluster.remaining(atMost: .seconds(7)) == .seconds(7))
        canned["an1"].answer("SELECT 1", .value("1"))
        try await cluster.send("SELECT 1")
        // connect_timeout may be longer.
        #expect(canned.servers.attempts.map(\.limit) == [.usually(.seconds(10))])
        #expect(canned.servers.sent.map(\.timeout) == [nil])
    }

    @Test func theLimitIsTheWholeCommands() async throws {
        let cluster = canned.cluster().limited(to: .seconds(3))
        canned["an1"].answer("SELECT 1", .value("1"))
        try await cluster.send("SELECT 1")
        let opening = try #require(canned.servers.attempts.first?.timeout)
        let statement = try #require(canned.servers.sent.first?.timeout)
        #expect(opening <= .seconds(3) && opening > .zero)
        #expect(statement <= opening && statement > .zero)
    }

    /// Also above the usual 10 seconds, for the session's connection, for others beside it and for data nodes.
    @Test func aLongLimitIsObeyed() async throws {
        let cluster = canned.cluster().limited(to: .seconds(60))
        try await cluster.aside { _ in }
        try await cluster.asking(node) { _ in }
        let limits = canned.servers.attempts.map(\.limit)
        #expect(limits.count == 3)
        for limit in limits {
            #expect(limit == .atMost(limit.duration) && limit.duration > .seconds(50) && limit.duration <= .seconds(60))
        }
    }

    @Test func theShorterOneCounts() async throws {
        let cluster = canned.cluster().limited(to: .seconds(100))
        #expect(await cluster.probe(node, timeout: .seconds(2)).state == .up)
        let direct = canned.servers.sent.filter { $0.place == "dn1" }.compactMap(\.timeout)
        #expect(direct.count == 1 && direct.allSatisfy { $0 <= .seconds(2) })
        #expect(canned.servers.attempts.last?.timeout == .seconds(2))
        canned.servers.forgetWhatWasSent()
        #expect(await cluster.limited(to: .seconds(1)).probe(node, timeout: .seconds(2)).state == .up)
        #expect(canned.servers.sent.compactMap(\.timeout).allSatisfy { $0 <= .seconds(1) })
    }

    @Test func whatIsOverLeavesAMillisecond() async {
        let past = ContinuousClock.now - .seconds(1)
        let cluster = canned.cluster(deadline: past)
        #expect(cluster.remaining(atMost: .seconds(7)) == .milliseconds(1))
        canned["an1"].answer("SELECT 1", .silence)
        #expect(await failure { try await cluster.send("SELECT 1") }?.kind == .timedOut)
        #expect(canned.servers.attempts.map(\.timeout) == [.milliseconds(1)])
        #expect(canned.servers.sent.map(\.timeout) == [.milliseconds(1)])
    }

    @Test func aNewLimitReplacesTheOldOne() {
        let past = ContinuousClock.now - .seconds(1)
        let cluster = canned.cluster(deadline: past)
        #expect(cluster.limited(to: nil).remaining(atMost: .seconds(7)) == .seconds(7))
        #expect(cluster.limited(to: .seconds(60)).remaining(atMost: .seconds(7)) == .seconds(7))
        #expect(cluster.limited(to: .seconds(60)).connection === cluster.connection)
    }

    @Test func aServerThatHangsEndsTheStatementWithTheTime() async {
        canned["an1"].answer("SELECT 1", .silence)
        let error = await failure { try await canned.cluster().limited(to: .seconds(60)).send("SELECT 1") }
        #expect(error?.kind == .timedOut && error?.isAccessNodeUnreachable == false)
    }
}
