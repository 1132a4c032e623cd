import Glibc
import Testing

@testable import Postgres

@Suite struct KeepAliveTests {
    @Test func whatTheUserSaysCounts() {
        #expect(KeepAlive(ConnectionParameters([("host", "h"), ("keepalives", "1")])) != nil)
        for given in ["keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"] {
            #expect(KeepAlive(ConnectionParameters([(given, "7")])) == nil)
            #expect(KeepAlive(ConnectionParameters([(given, "0")])) == nil)
        }
        #expect(KeepAlive(ConnectionParameters([("keepalives", "0")])) == nil)
    }

    @Test func aSocketGetsIt() throws {
        let keepAlive = try #require(KeepAlive(ConnectionParameters()))
        let tcp = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let local = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { for descriptor in [tcp, local] { close(descriptor) } }
        keepAlive.apply(to: tcp)
        keepAlive.apply(to: local)
        func value(_ level: Int32, _ name: Int32) -> Int32 {
            var value: Int32 = -1
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(tcp, level, name, &value, &length)
            return value
        }
        #expect(value(SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(value(Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 20)
        #expect(value(Int32(IPPROTO_TCP), TCP_KEEPINTVL) == 10)
        #expect(value(Int32(IPPROTO_TCP), TCP_KEEPCNT) == 4)
        #expect(value(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 60_000)
    }
}
