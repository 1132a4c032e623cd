import Foundation
import Postgres
import Sandbox
import Testing

extension ServerTests {
    struct NodeTests {
        @Test("a node that is stopped is down alone, and comes back")
        func stopAndStart() async throws {
            let sandbox = try await SharedSandbox.use()
            try await sandbox.stop("dn1")
            #expect(sandbox.status().map(\.1) == [.running, .stopped])
            await #expect(throws: PostgresError.self) { try await sandbox.query("dn1", "SELECT 1") }
            try await sandbox.stop("dn1")
            try await sandbox.start("dn1")
            try await sandbox.start("dn1")
            #expect(try await sandbox.query("dn1", "SELECT 1") == [["1"]])
        }

        @Test("a killed node recovers what was committed, and what was prepared")
        func kill() async throws {
            let sandbox = try await SharedSandbox.use()
            try await sandbox.query("dn1", "CREATE TABLE written AS SELECT generate_series(1, 1000)")
            let node = sandbox.nodes[1]
            let open = try await Connection.open(sandbox.parameters(for: node, database: "postgres"))
            _ = try await open.execute("BEGIN")
            _ = try await open.execute("INSERT INTO written SELECT 0")
            _ = try await open.execute("PREPARE TRANSACTION 'prepared'")
            _ = try await open.execute("BEGIN")

            try await sandbox.kill("dn1")
            #expect(sandbox.state(of: "dn1") == .stopped)
            #expect(processes(in: node.dataDirectory).isEmpty)
            #expect(
                FileManager.default.fileExists(atPath: node.dataDirectory + "/postmaster.pid"), "as a crash leaves it")
            await #expect(throws: PostgresError.self) { _ = try await open.execute("SELECT 1") }
            await open.close()

            try await sandbox.start("dn1")
            #expect(try await sandbox.query("dn1", "SELECT count(*) FROM written") == [["1000"]])
            #expect(try await sandbox.query("dn1", "SELECT gid FROM pg_prepared_xacts") == [["prepared"]])
            try await sandbox.query("dn1", "ROLLBACK PREPARED 'prepared'")
        }

        @Test("a pid file that names another process isn't believed")
        func recycledProcessNumber() async throws {
            let sandbox = try await SharedSandbox.use()
            try await sandbox.kill("dn1")
            let pidFile = sandbox.nodes[1].dataDirectory + "/postmaster.pid"
            var lines = try String(contentsOfFile: pidFile, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            // Another server of the same user: as a number may be that was used again.
            let postmaster = try String(
                contentsOfFile: sandbox.nodes[0].dataDirectory + "/postmaster.pid", encoding: .utf8)
            lines[0] = postmaster.split(separator: "\n")[0]
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: pidFile))

            #expect(sandbox.state(of: "dn1") == .stopped)
            try await sandbox.stop("dn1")
            #expect(sandbox.state(of: "an1") == .running)
            try await sandbox.start("dn1")
            #expect(sandbox.status().map(\.1) == [.running, .running])
        }

        @Test("a frozen node hangs, and goes on when it is thawed")
        func freeze() async throws {
            let sandbox = try await SharedSandbox.use()
            let node = sandbox.nodes[1]
            let before = try await Connection.open(sandbox.parameters(for: node, database: "postgres"))
            try await sandbox.freeze("dn1")
            #expect(sandbox.status().map(\.1) == [.running, .frozen])
            let error = await #expect(throws: PostgresError.self) {
                try await sandbox.query("dn1", "SELECT 1", timeout: .milliseconds(300))
            }
            #expect(error?.kind == .timedOut)
            let refused = await #expect(throws: SandboxError.self) { try await sandbox.start("dn1") }
            #expect(refused?.kind == .wrongState)

            try await sandbox.thaw("dn1")
            #expect(sandbox.state(of: "dn1") == .running)
            #expect(try await sandbox.query("dn1", "SELECT 1") == [["1"]])
            #expect(try await before.execute("SELECT 2").rows == [["2"]], "the session from before goes on, too")
            await before.close()
        }

        @Test("a frozen node can be stopped, and can be killed")
        func endFrozen() async throws {
            try await withSandbox { sandbox in
                try await sandbox.freeze("dn1")
                try await sandbox.stop("dn1")
                #expect(sandbox.state(of: "dn1") == .stopped)
                try await sandbox.start("dn1")
                try await sandbox.freeze("dn1")
                try await sandbox.kill("dn1")
                #expect(sandbox.state(of: "dn1") == .stopped)
                try await sandbox.start("dn1")
                // Purged by the fixture in this state.
                try await sandbox.freeze("dn1")
            }
        }

        @Test("children that outlive a killed postmaster, because they are frozen, don't keep the node from starting")
        func frozenOrphans() async throws {
            let sandbox = try await SharedSandbox.use()
            let node = sandbox.nodes[1]
            try await sandbox.freeze("dn1")
            let pidFile = try String(contentsOfFile: node.dataDirectory + "/postmaster.pid", encoding: .utf8)
            let postmaster = try #require(pidFile.split(separator: "\n").first.flatMap { Int32($0) })
            #expect(Glibc.kill(postmaster, SIGKILL) == 0)
            #expect(await eventually { sandbox.state(of: "dn1") == .stopped })
            #expect(!processes(in: node.dataDirectory).isEmpty)
            try await sandbox.start("dn1")
            #expect(try await sandbox.query("dn1", "SELECT 1") == [["1"]])
        }

        @Test("what a node can't do in its state is said")
        func wrongStates() async throws {
            let sandbox = try await SharedSandbox.use()
            try await sandbox.stop("dn1")
            for action in [sandbox.freeze, sandbox.thaw] {
                let error = await #expect(throws: SandboxError.self) { try await action("dn1") }
                #expect(error?.kind == .wrongState)
            }
            let unknown = await #expect(throws: SandboxError.self) { try await sandbox.stop("dn9") }
            #expect(unknown?.kind == .notFound)
            #expect(unknown?.hint == "It has an1, dn1.")
        }

        @Test("a server that can't start says why, in its own words")
        func failingStart() async throws {
            try await withSandbox { sandbox in
                try await sandbox.query("dn1", "ALTER SYSTEM SET shared_preload_libraries = 'no_such_library'")
                try await sandbox.stop("dn1")
                let error = await #expect(throws: SandboxError.self) { try await sandbox.start("dn1") }
                #expect(error?.kind == .server)
                #expect(error?.detail?.contains("no_such_library") == true)
                #expect(sandbox.state(of: "dn1") == .stopped)
            }
        }
    }
}
