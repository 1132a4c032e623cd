import Testing

@testable import Postgres

/// Several servers in the parameters of one connection, and the time that they have.
@Suite struct HostListTests {
    @Test(
        arguments: [
            ([("port", "5432")], nil), ([("host", "a,b"), ("port", "1,2")], nil),
            ([("host", "a,b"), ("port", "1")], nil),
            ([("host", "a,b"), ("port", ",2")], nil),
            ([("host", "a"), ("hostaddr", "1.1.1.1,::1"), ("port", "1,2")], nil),
            // PGHOST may name two.
            ([("port", "1,2")], nil),
            ([("host", "a"), ("port", "1,2")], "2 ports for 1 host: there is one port for each host, or one for all"),
            (
                [("host", "a,b,c"), ("port", "1,2")],
                "2 ports for 3 hosts: there is one port for each host, or one for all"
            ),
            ([("host", "a,b"), ("port", "1,0")], "port 0 is not between 1 and 65535"),
            ([("port", "65536")], "port 65536 is not between 1 and 65535"),
            ([("port", "1,x")], "port 'x' is not a whole number"),
            ([("port", "-1")], "port '-1' is not a whole number"),
        ] as [([(String, String)], String?)])
    func portsGoWithHosts(_ parameters: [(String, String)], _ problem: String?) {
        let parameters = ConnectionParameters(parameters.map { (keyword: $0.0, value: $0.1) })
        #expect(HostList(parameters).problem == problem)
    }

    @Test func behindASilentHostTheOthersAreTried() {
        let parameters = ConnectionParameters([("host", "a,b,c"), ("port", "1,2,3"), ("user", "u")])
        let hosts = HostList(parameters)
        let rest = hosts.parameters(parameters, without: 1)
        #expect(rest?["host"] == "b,c" && rest?["port"] == "2,3" && rest?["user"] == "u")
        #expect(hosts.parameters(parameters, without: 2)?["port"] == "3")
        #expect(hosts.parameters(parameters, without: 3) == nil)
        let onePort = ConnectionParameters([("host", "a,b"), ("port", "1")])
        #expect(HostList(onePort).parameters(onePort, without: 1)?["port"] == "1")
        #expect(HostList(ConnectionParameters([])).parameters(ConnectionParameters([]), without: 1) == nil)
    }

    @Test func connectTimeoutCountsAboveTheUsualTime() {
        let usual = ConnectTimeout.usually(.seconds(10))
        #expect(usual.whole(hosts: 3, secondsForEach: nil) == .seconds(10))
        #expect(usual.whole(hosts: 1, secondsForEach: 20) == .seconds(20))
        #expect(usual.whole(hosts: 2, secondsForEach: 20) == .seconds(40))
        #expect(usual.whole(hosts: 1, secondsForEach: 3) == .seconds(3))
        // No limit, as in libpq.
        #expect(usual.whole(hosts: 1, secondsForEach: 0) > .seconds(86_400))
        #expect(usual.whole(hosts: 2, secondsForEach: .max) > .seconds(86_400))
        let limit = ConnectTimeout.atMost(.seconds(30))
        #expect(limit.whole(hosts: 1, secondsForEach: nil) == .seconds(30))
        #expect(limit.whole(hosts: 1, secondsForEach: 20) == .seconds(20))
        #expect(limit.whole(hosts: 1, secondsForEach: 60) == .seconds(30))
        #expect(limit.whole(hosts: 1, secondsForEach: -1) == .seconds(30))
    }
}
