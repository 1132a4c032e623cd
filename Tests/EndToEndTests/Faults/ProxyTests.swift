import FaultProxy
import Sandbox
import Testing

/// That the proxies of the tests do what the tests of faults rely on.
@Suite struct ProxyTests {
    @Test func theProxyStrikesWhereItIsTold() async throws {
        try await ProxiedCluster.with { proxied in
            let access = try proxied.proxy("an1")
            let through = try await proxied.run("sql SELECT 'through'")
            #expect(through.status == 0 && through.output.contains("through"), "\(through.errors)")

            // Before the statement the server has not heard of it; behind it, it is done.
            for (moment, isDone) in [
                (FaultProxy.Moment.before("CREATE TABLE"), false), (.behind("CREATE TABLE"), true),
            ] {
                access.arm(.cut, moment)
                let table = isDone ? "behind" : "before"
                let cut = try await proxied.run("sql CREATE TABLE \(table) (i int)")
                #expect(cut.status != 0, "\(cut)")
                let found = try await proxied.cluster.query(
                    proxied.cluster.sandbox.nodes[0].name, "SELECT FROM pg_class WHERE relname = '\(table)'")
                #expect(found.count == (isDone ? 1 : 0))
            }
            #expect(access.struck == 2)

            access.arm(.refuse(sqlstate: "53300", "sorry, too many clients already"), .calling)
            let refused = try await proxied.run("sql SELECT 1")
            #expect(refused.errors.contains("too many clients"), "\(refused.errors)")

            access.strike(.down)
            #expect(try await proxied.run("sql SELECT 1").status == 3)
            access.mend()
            #expect(try await proxied.run("sql SELECT 1").status == 0)

            // What the access node sends to its data nodes is seen.
            let node = try proxied.proxy("dn2")
            #expect(try await proxied.run("exec CREATE ROLE proxied").status == 0)
            #expect(node.statements.contains { $0.contains("CREATE ROLE proxied") }, "\(node.statements)")
        }
    }
}
