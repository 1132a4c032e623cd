import CannedServers
@testable import ClusterAccess
import MultiNode
import Postgres
import Testing

/// What the user's own connection asks for holds for the connections to data nodes.
@Suite struct DirectConnectionTests {
    private func direct(
        _ own: [(keyword: String, value: String)], options: [String: String] = [:], host: String = "dn1",
        database: String = "dist", isLocal: Bool = false
    ) -> DirectConnection {
        let info = ConnectionInfo(
            backendPID: 1, serverVersion: 150_018, host: isLocal ? "/run" : "an1",
            hostAddress: isLocal ? "" : "127.0.0.1", port: 5432, database: "dist", user: "admin",
            isLocalSocket: isLocal, login: ConnectionParameters(own))
        let node = DataNode(name: "dn1", host: host, database: database, serverOptions: options)
        return DirectConnection(ServerAddress(node), besides: info)
    }

    @Test func everyWordAboutTLSIsHandedOn() {
        let own = [
            "sslmode": "verify-full", "sslrootcert": "ca", "sslcert": "c", "sslkey": "k", "sslpassword": "p",
            "sslcrl": "r", "sslcrldir": "d", "sslsni": "0", "ssl_min_protocol_version": "TLSv1.3",
            "ssl_max_protocol_version": "TLSv1.3", "channel_binding": "require", "require_auth": "scram-sha-256",
            "gssencmode": "disable", "krbsrvname": "pg", "passfile": "f", "requirepeer": "postgres",
        ]
        let direct = direct(own.map { (keyword: $0.key, value: $0.value) })
        for (keyword, value) in own { #expect(direct.parameters[keyword] == value, "\(keyword)") }
    }

    @Test(arguments: [
        ("sslmode", "disable", "verify-full"), ("sslrootcert", "/etc/hosts", "/etc/passwd"),
        ("channel_binding", "disable", "require"), ("ssl_min_protocol_version", "TLSv1", "TLSv1.3"),
        ("gssencmode", "prefer", "disable"), ("sslcrl", "/etc/hosts", "/etc/passwd"),
        ("passfile", "/etc/hosts", "/etc/passwd"),
    ])
    func aNodesOptionTakesNothingAway(_ keyword: String, _ ofNode: String, _ own: String) {
        #expect(direct([(keyword, own)], options: [keyword: ofNode]).parameters[keyword] == own)
    }

    @Test(arguments: [
        ("sslmode", "verify-full", "require"), ("channel_binding", "require", "prefer"),
        ("ssl_min_protocol_version", "TLSv1.3", "TLSv1.2"), ("gssencmode", "disable", "prefer"),
    ])
    func butItMayAskForMore(_ keyword: String, _ ofNode: String, _ own: String) {
        #expect(direct([(keyword, own)], options: [keyword: ofNode]).parameters[keyword] == ofNode)
    }

    @Test func aKeyIsNotGivenToAnotherCertificate() {
        let direct = direct([("sslcert", "own.crt")], options: ["sslcert": "/etc/hosts", "sslkey": "/etc/hosts"])
        #expect(direct.parameters["sslcert"] == "own.crt" && direct.parameters["sslkey"] == nil)
    }

    @Test func noPasswordGoesThereButBySCRAM() {
        #expect(direct([]).parameters.passwordRule == PasswordRule(nil))
        #expect(direct([("require_auth", "md5")]).parameters.passwordRule == PasswordRule("md5"))
        #expect(direct([("password", "x")]).withoutPassword["password"] == nil)
    }

    @Test(arguments: ["host=elsewhere user=x", "postgresql://elsewhere/x"]) func aDatabaseIsAName(_ name: String) {
        let direct = direct([], database: name)
        #expect(direct.parameters["dbname"] == name && direct.parameters["host"] == "dn1")
    }

    @Test func aSocketProvesNothing() {
        for mode in ["verify-ca", "verify-full"] {
            let refusal = direct([("sslmode", mode)], host: "/tmp/dn1").refusal
            #expect(refusal?.isUnproved == true && refusal?.isOfOpening == true)
            #expect(direct([("sslmode", mode)], host: "/tmp/dn1", isLocal: true).refusal == nil)
            #expect(direct([("sslmode", mode)]).refusal == nil)
        }
        #expect(direct([("sslmode", "require")], host: "/tmp/dn1").refusal == nil)
    }

    // MARK: What is up

    private let canned = CannedCluster(nodes: 1)

    /// dn1 as it is told after it has failed in these words, while the access node reaches it.
    private func probe(_ words: String, sslmode: String) async throws -> Probe? {
        var parameters = CannedCluster.parameters
        parameters["sslmode"] = sslmode
        canned["dn1"].openings = [.refused(PostgresError(.connectionFailed, words))]
        canned["an1"].answer(
            try #require(NodeReach.ping(["dn1"], limit: 1, CannedCluster.capabilities)),
            .rows([["node": "dn1", "reached": "t", "ms": "1"]]))
        let cluster = Cluster(AccessNodeConnection(ClusterTarget(parameters), connector: canned.servers))
        return await cluster.probeBothWays(try await cluster.nodes()).first
    }

    private static let unproved = [
        "server does not support SSL, but SSL was required", "SSL error: certificate verify failed",
        "server certificate for \"x\" does not match host name \"dn1\"", "root certificate file \"f\" does not exist",
    ]

    @Test(arguments: unproved) func whoDoesNotProveItselfIsNotUp(_ words: String) async throws {
        let probe = try #require(try await probe(words, sslmode: "verify-full"))
        #expect(probe.nodeState == .refused && probe.nodeIsUp == false)
        #expect(probe.remark == "the access node reaches it; from here: \(words)")
        #expect(probe.advice?.hasPrefix("dn1: this machine's connection: ") == true)
    }

    @Test func whoeverCannotBeReachedFromHereMayBe() async throws {
        let probe = try #require(try await probe("Connection refused", sslmode: "verify-full"))
        #expect(probe.nodeState == .up && probe.nodeIsUp == true)
    }
}
