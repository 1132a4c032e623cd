import Foundation
@testable import Sandbox
import Testing

extension ServerTests {
    /// Nothing stays behind, however the process ends that makes a sandbox.
    struct LeftoverTests {
        @Test("a sandbox dies with its process, frozen and killed servers included")
        func parentKilled() async throws {
            let name = uniqueName()
            let folder = unusedFolder()
            await #expect(processExitsWith: .signal(SIGKILL)) { [name = name as String, folder = folder as String] in
                let sandbox = try await Sandbox.up(
                    .init(caretaker: tscl, name: name, dataNodes: 2, directory: folder, dieWithParent: true),
                    progress: { _ in })
                try await sandbox.freeze("dn1")
                try await sandbox.kill("dn2")
                raise(SIGKILL)
            }
            #expect(await eventually { !FileManager.default.fileExists(atPath: folder) })
            #expect(processes(in: folder).isEmpty)
            #expect(await eventually { isForgotten(name) })
        }

        @Test("a sandbox doesn't die with its process unless it is told to, and another process can use it")
        func parentEnds() async throws {
            let name = uniqueName()
            await #expect(processExitsWith: .success) { [name = name as String] in
                _ = try await Sandbox.up(.init(caretaker: tscl, name: name, dataNodes: 1), progress: { _ in })
            }
            let sandbox = try #require(try Sandbox.find(name: name))
            #expect(sandbox.status().map(\.1) == [.running, .running])
            #expect(try await sandbox.query("dn1", "SELECT 1") == [["1"]])
            try await sandbox.stop("dn1")
            #expect(sandbox.status().map(\.1) == [.running, .stopped])
            try await sandbox.down(purge: true)
            #expect(processes(in: sandbox.directory).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: sandbox.directory))
        }

        @Test("one that is being made goes with its process", arguments: ["making", "starting", "making the database"])
        func killedWhileMaking(moment: String) async throws {
            let name = uniqueName()
            let folder = unusedFolder()
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [name = name as String, folder = folder as String, moment] in
                _ = try await Sandbox.up(.init(caretaker: tscl, name: name, dataNodes: 1, directory: folder)) { line in
                    if line.hasPrefix(moment) { raise(SIGKILL) }
                }
            }
            #expect(await eventually { isForgotten(name) })
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(processes(in: folder).isEmpty)
        }

        @Test("what nobody took care of is cleared away by the next up, or by down", arguments: [true, false])
        func abandoned(byUp: Bool) async throws {
            let name = uniqueName()
            let folder = unusedFolder()
            await #expect(processExitsWith: .signal(SIGKILL)) { [name = name as String, folder = folder as String] in
                _ = try await Sandbox.up(.init(caretaker: tscl, name: name, dataNodes: 1, directory: folder)) { line in
                    guard line.hasPrefix("making the database") else { return }
                    // Together with its caretaker, as when the machine is switched off.
                    for process in children(of: getpid())
                    where commandLine(of: process).contains(Caretaker.word) {
                        kill(process, SIGKILL)
                    }
                    raise(SIGKILL)
                }
            }
            #expect(!processes(in: folder).isEmpty)
            if byUp {
                try await withSandbox(name, directory: folder) { sandbox in
                    #expect(sandbox.status().map(\.1) == [.running, .running])
                }
            } else {
                let remains = try #require(try Sandbox.find(name: name))
                try await remains.down(purge: true)
            }
            #expect(processes(in: folder).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(try Sandbox.find(name: name) == nil)
        }

        @Test("a caretaker leaves alone what another maker has made under the name")
        func caretakerOfAnother() async throws {
            let sandbox = try await SharedSandbox.use()
            // Process 1 didn't start at tick 99: that maker is gone, and /dev/null in place of its socket says the same.
            let caretaker = try Spawn.start(
                [tscl, Caretaker.word, sandbox.registry.path, sandbox.name, "1 99"], Spawn.Streams())
            var ending = Spawn.Ending.alive
            #expect(
                await eventually {
                    ending = Spawn.ending(of: caretaker)
                    return ending != .alive
                })
            #expect(ending == .exited(0))
            #expect(sandbox.status().map(\.1) == [.running, .running])
        }

        @Test("a making that is cancelled leaves nothing")
        func cancelled() async throws {
            let name = uniqueName()
            let folder = unusedFolder()
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let making = Task {
                try await Sandbox.up(.init(caretaker: tscl, name: name, dataNodes: 1, directory: folder)) {
                    continuation.yield($0)
                }
            }
            for await _ in lines { break }
            making.cancel()
            let error = await #expect(throws: SandboxError.self) { _ = try await making.value }
            #expect(error?.kind == .cancelled)
            #expect(processes(in: folder).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(try Sandbox.find(name: name) == nil)
            // Nor an entry in the table of processes.
            #expect(await eventually { children(of: getpid(), state: "Z").isEmpty })
        }

        @Test("purge removes the shared memory of a killed server, too")
        func sharedMemory() async throws {
            let name = uniqueName()
            let sandbox = try await Sandbox.up(
                .init(caretaker: tscl, name: name, dataNodes: 1, dieWithParent: true), progress: { _ in })
            try await sandbox.kill("dn1")
            let pidFile = try String(
                contentsOfFile: sandbox.nodes[1].dataDirectory + "/postmaster.pid", encoding: .utf8)
            let line = pidFile.split(separator: "\n", omittingEmptySubsequences: false)[6]
            let segment = try #require(line.split(separator: " ").last.flatMap { Int32($0) })
            var status = shmid_ds()
            #expect(shmctl(segment, IPC_STAT, &status) == 0)
            try await sandbox.down(purge: true)
            #expect(shmctl(segment, IPC_STAT, &status) == -1)
        }
    }
}

private func isForgotten(_ name: String) -> Bool {
    if case .some(.none) = try? Sandbox.find(name: name) { true } else { false }
}

private func children(of parent: Int32, state: Character? = nil) -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { name in
        guard let id = Int32(name), let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let close = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[close...].split(separator: " ").dropFirst()
        guard fields.dropFirst().first == "\(parent)", state == nil || fields.first?.first == state else { return nil }
        return id
    }
}

private func commandLine(of process: Int32) -> String {
    (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
}
