import Foundation
import Sandbox
import Testing

/// What is shown while several nodes are at work: on a terminal a line for each, elsewhere nothing.
@Suite struct ProgressTests {
    @Test func eachNodeHasALineUntilAllIsDone() async throws {
        try await Cluster.with { cluster in
            try await cluster.sandbox.freeze("dn2")
            let terminal = try PromptTerminal(
                ["node", "ping", "--timeout", "4s"], environment: cluster.program.environment)
            defer { terminal.kill() }
            let meanwhile = try await terminal.waits(for: "dn2  running")
            #expect(meanwhile.contains("dn1  done") && meanwhile.contains("dn3  done"), "\(meanwhile)")
            let after = try await terminal.waits(for: "(3 rows)")
            #expect(!after.contains { $0.contains("running") || $0.contains("dn1  done") }, "\(after)")
            #expect(try await terminal.end() == 4)

            let quiet = try await cluster.run("node ping --timeout 1s")
            #expect(quiet.status == 4 && !(quiet.output + quiet.errors).contains("running"), "\(quiet)")
            try await cluster.sandbox.thaw("dn2")
        }
    }
}
