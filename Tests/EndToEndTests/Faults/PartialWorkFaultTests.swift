import FaultProxy
import Foundation
import Sandbox
import Testing

/// Commands that do something on each node by itself: what was done is told, and the command that does the rest works.
@Suite struct PartialWorkFaultTests {
    private func rest(of result: Program.Result) throws -> String {
        let mark = "the rest: "
        let line = try #require(result.errors.split(separator: "\n").first { $0.contains(mark) }, "\(result)")
        return String(line[try #require(line.range(of: mark)).upperBound...])
    }

    @Test func whatOneNodeHasNotDoneIsDoneByTheRest() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            node.arm(.cut, .before("CREATE TABLE part"))
            let cut = try await proxied.run("exec --no-transaction CREATE TABLE part (i int)")
            #expect(cut.status == 4, "\(cut)")
            #expect(cut.errors.contains("done: done on dn1\n") && cut.errors.contains("failed: dn2: "), "\(cut)")
            let rest = try await proxied.run(try rest(of: cut))
            #expect(rest.status == 0, "\(rest)")
            for name in ["dn1", "dn2"] {
                let found = "SELECT FROM pg_class WHERE relname = 'part'"
                #expect(try await proxied.cluster.query(name, found).count == 1, "\(name)")
            }
        }
    }

    @Test func aNodeWhoseDatabaseIsGoneIsDeletedByTheRest() async throws {
        try await ProxiedCluster.with { proxied in
            let node = try proxied.proxy("dn2")
            node.arm(.cut, .behind("DROP DATABASE"))
            let cut = try await proxied.run("node delete dn2 --drop-database --yes")
            #expect(cut.status == 4, "\(cut)")
            #expect(cut.errors.contains("done: the database dist of dn2 is gone\n"), "\(cut)")
            let rest = try await proxied.run(try rest(of: cut), "--yes")
            #expect(rest.status == 0, "\(rest)")
            #expect(try await proxied.run("node list").output.contains("dn2") == false)
        }
    }

    /// Adds dn2, which is cut off at some moment.
    private func addInPart(
        _ moment: FaultProxy.Moment, _ proxied: ProxiedCluster
    ) async throws -> Program.Result {
        #expect(try await proxied.run("node delete dn2 --drop-database --yes").status == 0)
        let node = try proxied.proxy("dn2")
        node.arm(.cut, moment)
        let cut = try await proxied.run("node add dn2 --host 127.0.0.1 --port \(node.port)")
        #expect(cut.status == 4, "\(moment): \(cut)")
        #expect(cut.errors.contains("done: the database dist of dn2 was created\n"), "\(moment): \(cut)")
        return cut
    }

    @Test func aNodeThatWasAddedInPartIsAddedByTheRest() async throws {
        try await ProxiedCluster.with { proxied in
            for moment in ["CREATE DATABASE", "CREATE EXTENSION"] {
                let cut = try await addInPart(.behind(moment), proxied)
                let rest = try await proxied.run(try rest(of: cut))
                #expect(rest.status == 0, "\(moment): \(rest)")
            }
        }
    }

    @Test(.onTimescaleDB("the emulator does it all in one transaction"))
    func aNodeThatTakesItselfForOneIsFreedFirst() async throws {
        try await ProxiedCluster.with { proxied in
            let cut = try await addInPart(.behind("COMMIT"), proxied)
            let freeing = "DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'"
            #expect(cut.errors.contains(freeing), "\(cut)")
            _ = try await proxied.cluster.query("dn2", freeing)
            #expect(try await proxied.run(try rest(of: cut)).status == 0)
        }
    }
}
