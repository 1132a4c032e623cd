import Foundation
import Sandbox
import Testing

/// Healing, with nodes that are down, frozen and blocked.
@Suite struct HealTests {
    @Test func oneBadNodeHoldsUpNoOther() async throws {
        try await Cluster.with { cluster in
            let committed = try await cluster.sandbox.doubt("dn1", committed: true)
            #expect(committed.hasPrefix("ts-1-"))
            _ = try await cluster.sandbox.doubt("dn1", committed: false)
            let list = try await cluster.run("heal list", "--format", "csv")
            #expect(list.output.contains(",commit\n") && list.output.contains(",abort\n"))

            try await cluster.sandbox.freeze("dn2")
            try await cluster.sandbox.kill("dn3")
            let healed = try await cluster.run("heal all --timeout 1500ms", "--format", "csv")
            #expect(healed.status == 4)
            #expect(healed.output.contains("dn1,healed,2,"))
            #expect(healed.output.contains("dn2,hanging,0,"))
            #expect(healed.output.contains("dn3,unreachable,0,"))
            #expect(healed.errors.contains("error: not healed: dn2 (hanging), dn3 (unreachable)"))
            #expect(try await cluster.query("dn1", "SELECT gid FROM pg_prepared_xacts").isEmpty)

            let ping = try await cluster.run("node ping --timeout 3s", "--format", "csv")
            #expect(
                ping.output.contains("dn1,up,") && ping.output.contains("dn2,hanging,")
                    && ping.output.contains("dn3,down,"))
            #expect(try await cluster.run("status --timeout 5s").status == 5)
            let unheard = try await cluster.run("heal list --timeout 2s")
            #expect(unheard.status == 4)
            #expect(unheard.errors.contains("error: no answer from dn2 ("), "\(unheard.errors)")
            #expect(unheard.errors.split(separator: "\n").count == 1, "\(unheard.errors)")

            try await cluster.sandbox.thaw("dn2")
            try await cluster.sandbox.start("dn3")
            #expect(try await cluster.run("heal all").status == 0)
            #expect(try await cluster.run("status").status == 0)
        }
    }

    @Test func aMalformedTransactionIsNamed() async throws {
        try await Cluster.with { cluster in
            let bad = ["BEGIN", "CREATE TABLE x (i int)", "PREPARE TRANSACTION 'ts-garbage'"]
            let made = try await cluster.program.run(
                ["-h", cluster.sockets + "/dn1"], input: bad.map { "sql \($0)\n" }.joined())
            #expect(made.status == 0)
            let list = try await cluster.run("heal list", "--format", "csv")
            #expect(list.output.contains("dn1,ts-garbage,"))
            #expect(list.output.contains(",malformed"))
            let healed = try await cluster.run("heal 'dn*'", "--format", "csv")
            #expect(healed.status == 4)
            #expect(healed.output.contains("dn1,blocked,0,"))
            #expect(healed.output.contains("ts-garbage"))
            #expect(healed.output.contains("dn2,clean,0,"))
        }
    }

    @Test func theQuickStartRuns() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../scripts/examples/quickstart.tscl").standardized.path
            let name = cluster.sandbox.name
            var program = Program()
            program.seesSandboxes()
            let result = try await program.run(["--sandbox", name, script])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("dn2  | healed |      1"))
            #expect(result.output.contains("dn3  | healed |      1"))
        }
    }
}
