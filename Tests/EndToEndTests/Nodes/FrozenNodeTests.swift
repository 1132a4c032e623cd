import Sandbox
import Testing

/// A data node that hangs is told as itself, whatever command meets it, and in time.
@Suite(.timeLimit(.minutes(3))) struct FrozenNodeTests {
    private static let commands = [
        "exec CREATE TABLE t (i int)", "role create app --everywhere", "restore-point create x",
        "sql CALL distributed_exec('SELECT 1')", "transaction {\nexec CREATE SCHEMA app\n}",
        "sql BEGIN\nsql CALL distributed_exec('SELECT 1')",
    ]

    @Test(.onTimescaleDB("the emulator's way to a node, dblink, can't be interrupted"))
    func itIsNamed() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await cluster.sandbox.freeze("dn2")
            for command in Self.commands {
                let result = try await cluster.program.run(["--timeout", "2s", "-c", command], patience: 20)
                #expect(result.status == 1 && result.errors.contains("dn2 does not answer"), "\(command): \(result)")
                #expect(!result.errors.contains("was lost") && !result.errors.contains("dn1"), "\(command): \(result)")
            }
            let check = try await cluster.program.run(["--timeout", "4s", "check"], patience: 20)
            #expect(check.status == 5 && check.output.contains("error: dn2: it does not answer"), "\(check)")
            for command in ["heal all --parallel 1", "query --parallel 1 SELECT 1"] {
                let result = try await cluster.program.run(["--timeout", "4s", "-c", command], patience: 20)
                // The other has its turn all the same.
                #expect(result.status == 4 && result.output.contains("dn1"), "\(command): \(result)")
            }
            try await cluster.sandbox.thaw("dn2")
        }
    }
}
