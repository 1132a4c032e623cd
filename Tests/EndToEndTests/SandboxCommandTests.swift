import Foundation
import Testing

/// A sandbox by its commands, as a newcomer uses it.
@Suite struct SandboxCommandTests {
    @Test func aWholeLife() async throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-life-\(UUID().uuidString)")
        let folder = "/dev/shm/tscl-life-\(UInt32.random(in: .min ... .max))"
        defer {
            try? FileManager.default.removeItem(at: home)
            try? FileManager.default.removeItem(atPath: folder)
        }
        var program = Program()
        program.environment = ["HOME": home.path, "XDG_STATE_HOME": home.path + "/state"]
        func run(_ words: String...) async throws -> Program.Result { try await program.run(words) }
        func states() async throws -> [String] {
            let status = try await run("--format", "csv", "sandbox", "status")
            return status.output.split(separator: "\n").dropFirst().map { row in
                row.split(separator: ",").prefix(3).joined(separator: " ")
            }
        }
        let up = try await run("sandbox", "up", "--nodes", "2", "--name", "life", "--dir", folder)
        #expect(up.status == 0, "\(up.errors)")
        #expect(up.output.contains("next: node add dn{1..2} --host ${sandbox}/dn{1..2}"))
        let second = try await run("sandbox", "up", "--name", "life", "--dry-run")
        #expect(second.status == 1 && second.errors.contains("is up already"), "\(second)")
        do {
            #expect(try await states() == ["an1 access running", "dn1 data running", "dn2 data running"])
            // With nothing else named, tscl connects to it. What is advised can be typed.
            let advice = try await run("sandbox", "doubt", "dn1").errors
            let addition = try #require(advice.components(separatedBy: "Add it first: ").dropFirst().first)
            let one = try await program.run(["-c", addition])
            #expect(one.status == 0, "\(one.errors)")
            let added = try await program.run(["-c", "node add dn2 --host ${sandbox}/dn2", "-c", "node ping"])
            #expect(added.status == 0, "\(added.errors)")

            for (command, state) in [
                ("freeze", "frozen"), ("thaw", "running"), ("kill", "stopped"), ("start", "running"),
            ] {
                let changed = try await run("sandbox", command, "dn1")
                #expect(changed.status == 0, "\(changed.errors)")
                #expect(try await states()[1] == "dn1 data \(state)")
                let repeated = try await run("sandbox", command, "dn1")
                #expect(repeated.status == 0 && repeated.output == "unchanged: dn1 is \(state)\n", "\(repeated)")
            }
            #expect(try await run("sandbox", "stop", "dn2").status == 0)
            #expect(try await run("sandbox", "start", "dn2").status == 0)
            #expect(try await run("sandbox", "stop", "dn7").errors.contains("dn7"))
            #expect(try await run("sandbox", "doubt", "dn2", "--committed").output.hasPrefix("in doubt on dn2: ts-1-"))
            #expect(try await run("heal", "all", "--format", "csv").output.contains("dn2,healed,1,"))

            // What is taken down keeps its data.
            #expect(try await run("sandbox", "down").status == 0)
            #expect(try await run("node", "ping").status == 3)
            let again = try await run("sandbox", "up", "--name", "life", "--dir", folder)
            #expect(again.status == 0, "\(again.errors)")
            #expect(!again.output.contains("node add"))
            // What can't be shown or connected to is there all the same, and is told.
            #expect(try await run("sandbox", "down").status == 0)
            let unshown = try await run("sandbox", "up", "--name", "life", "--dir", folder, "--format", "script")
            #expect(unshown.status == 1)
            #expect(unshown.errors.contains("done: sandbox life is up"), "\(unshown.errors)")
            #expect(try await run("node", "ping", "--format", "csv").output.contains("dn2,up,"))

            #expect(try await run("sandbox", "down", "--purge").status == 6)
            let purged = try await run("sandbox", "down", "--purge", "--yes")
            #expect(purged.status == 0, "\(purged.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(try await states() == [])
        } catch {
            _ = try? await run("sandbox", "down", "--purge", "--yes")
            throw error
        }
    }
}
