import FaultProxy
import Foundation
import Glibc
import Sandbox
import Testing

/// A data node of which one host, or the only one, is not what it should be.
@Suite struct HostFaultTests {
    /// A port of the loopback that drops what comes, as a firewall does: its queue is full, and nobody takes from it.
    private final class DroppingPort {
        let number: Int
        private let listener: Int32
        private var callers: [Int32] = []

        init() throws {
            (listener, number) = try Loopback.listen()
            listen(listener, 0)
            // Whoever comes while the queue is full hears nothing; in a queue for none there is room for one.
            for _ in 0..<2 {
                let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
                address.sin_port = in_port_t(number).bigEndian
                _ = withUnsafePointer(to: &address) { address in
                    address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(caller, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                callers.append(caller)
            }
        }

        deinit { for socket in callers + [listener] { close(socket) } }
    }

    @Test(.onTimescaleDB("the emulator's access node knows no time limit while it connects"))
    func whereNothingComesBackTheCommandsEnd() async throws {
        try await Gate.with(.password) { gate in
            let dropping = try DroppingPort()
            let lead = "ALTER SERVER dn1 OPTIONS (SET port '\(dropping.number)')"
            _ = try await gate.cluster.query("an1", lead)
            let reach = try await gate.reach("dn1 --as app --timeout 1s")
            #expect(
                reach.failing.contains { $0.hasPrefix("access node,dn1,app,no answer to the access node") }, "\(reach)")
            #expect(
                reach.told.contains("whether dn1 runs at 127.0.0.1:\(dropping.number), and what is between"), "\(reach)"
            )
            let ping = try await gate.cluster.run("node ping --timeout 1s", "--format", "csv")
            #expect(ping.status == 4 && ping.output.contains("dn1,hanging,"), "\(ping)")
            let check = try await gate.cluster.run("check --timeout 2s")
            #expect(check.status == 5 && check.output.contains("what keeps packets from it (firewalls"), "\(check)")
            let exec = try await gate.cluster.run("exec --timeout 1s SELECT 1")
            #expect(exec.status == 1 && exec.errors.contains("dn1 does not answer"), "\(exec)")

            // The access node tries the hosts in turn.
            _ = try await gate.cluster.query(
                "an1",
                "ALTER SERVER dn1 OPTIONS (SET host '127.0.0.1,127.0.0.1', SET port '\(dropping.number),\(gate.port(1))')"
            )
            let turns = try await gate.reach("dn1 --as app --timeout 1s")
            #expect(turns.told.contains("the one that answers belongs in front ('node set dn1"), "\(turns)")
        }
    }

    /// dn2 becomes a standby of dn1, and dn1 gets its host in front of its own.
    @Test(.onTimescaleDB("the emulator's access node connects without the server options"))
    func aStandbyInFrontIsPassedBy() async throws {
        try await Gate.with(.password) { gate in
            let (cluster, hosts) = (gate.cluster, "host=127.0.0.1,127.0.0.1 port=\(gate.port(2)),\(gate.port(1))")
            #expect(try await cluster.run("node delete dn2 --yes").status == 0)
            try await cluster.sandbox.stop("dn2")
            try await gate.shell(
                """
                set -e
                export PGPASSWORD=$(sed -n '1s/.*://p' client/pgpass)
                programs=$(dirname $(readlink /proc/$(head -1 dn1/data/postmaster.pid)/exe))
                rm -rf dn2/data/*
                $programs/pg_basebackup -h 127.0.0.1 -p \(gate.port(1)) -U postgres -D dn2/data -R -c fast --no-sync
                chown -R --reference=dn1/data dn2/data
                """)
            try await cluster.sandbox.start("dn2")

            // Without a word on which one is meant, the first that answers is.
            #expect(try await cluster.run("node set dn1 --option \(hosts)").status == 0)
            let ping = try await cluster.run("node ping", "--format", "csv")
            #expect(ping.output.contains(",\"in recovery, a standby: it takes no writes\"\n"), "\(ping)")
            let check = try await cluster.run("check")
            let remedy = "node set dn1 --option target_session_attrs=read-write"
            #expect(check.status == 5 && check.output.contains("a standby: it takes no writes"), "\(check)")
            #expect(check.output.contains(remedy), "\(check)")
            let exec = try await cluster.run("exec CREATE TABLE t (i int)")
            #expect(exec.status == 1 && exec.errors.contains("'\(remedy)' finds it"), "\(exec)")

            #expect(try await cluster.run(remedy).status == 0)
            #expect(try await gate.reach().failing.isEmpty)
            let direct = try await cluster.run("query SELECT pg_is_in_recovery()", "--format", "csv")
            #expect(direct.output.hasSuffix("\ndn1,false\n"), "\(direct)")
            #expect(try await cluster.run("exec CREATE TABLE t (i int)").status == 0)

            try await cluster.sandbox.kill("dn1")
            let down = try await gate.reach("--as app")
            let reason =
                "127.0.0.1:\(gate.port(2)): session is read-only; 127.0.0.1:\(gate.port(1)): Connection refused"
            #expect(down.failing.contains("access node,dn1,app,\(reason)"), "\(down)")
            #expect(down.told.contains("start the primary there, or promote a standby"), "\(down)")
        }
    }
}
