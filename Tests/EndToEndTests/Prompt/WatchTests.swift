import Foundation
import Glibc
import Sandbox
import Testing

/// `status --watch`: the state of the cluster again and again, until Ctrl-C.
@Suite struct WatchTests {
    @Test func aLineOfJSONARound() async throws {
        try await Cluster.with { cluster in
            let running = try cluster.program.start(["--format", "json", "status", "--watch", "100ms"])
            #expect(await running.waits(for: #"["node dn2","up""#))
            try await cluster.sandbox.kill("dn2")
            #expect(await running.waits(for: #"["node dn2","down""#))
            try await cluster.sandbox.start("dn2")
            running.signal(SIGINT)
            let result = await running.end()
            // A round may be connected to the server when it is killed; then the server's last words are shown.
            let errors = result.errors.split(separator: "\n").filter { !$0.contains("terminating connection") }
            #expect(result.status == 130 && errors.allSatisfy { $0.allSatisfy(\.isWhitespace) }, "\(result.errors)")
            let rounds = result.output.split(separator: "\n")
            #expect(rounds.count >= 2)
            for round in rounds {
                let object = try JSONSerialization.jsonObject(with: Data(round.utf8)) as? [String: Any]
                #expect(object?["command"] as? String == "status")
                let lines = (object?["rows"] as? [[Any]] ?? []).map { $0.first as? String }
                #expect(lines.starts(with: ["access node", "engine", "node dn1", "node dn2", "node dn3"]), "\(round)")
                #expect(lines.last == "healing job", "\(round)")
            }
        }
    }

    @Test func onATerminalInPlace() async throws {
        try await Cluster.with { cluster in
            let terminal = try PromptTerminal(
                ["status", "--watch", "100ms"], environment: cluster.program.environment)
            defer { terminal.kill() }
            try await terminal.waits(for: "dn2   up ")
            try await cluster.sandbox.kill("dn2")
            let rows = try await terminal.waits(for: "dn2   down ")
            // Each round begins where the one before began.
            #expect(rows.count { $0.hasPrefix("dn1   up ") } == 1, "\(rows)")
            terminal.type("\u{3}")
            #expect(try await terminal.end() == 130)
        }
    }

    @Test func anAccessNodeThatIsAwayMayComeBack() async throws {
        try await Cluster.with { cluster in
            let running = try cluster.program.start(["--format", "json", "status", "--watch", "100ms"])
            #expect(await running.waits(for: #"["node dn2","up""#))
            try await cluster.sandbox.stop("an1")
            #expect(await running.waits(for: #""error":{"message":"#))
            let start = running.outputLength
            try await cluster.sandbox.start("an1")
            #expect(await running.waits(for: #"["node dn2","up""#, after: start))
            running.signal(SIGINT)
            #expect(await running.end().status == 130)
        }
    }

    @Test func aTimeThatIsTooShort() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("status --watch 10ms")
        #expect(result.status == 2 && result.errors.contains("--watch takes 100ms or more"))
    }
}
