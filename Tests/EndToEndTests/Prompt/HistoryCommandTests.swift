import Foundation
import Testing

/// The `history` command, at the prompt and elsewhere.
@Suite struct HistoryCommandTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test func itShowsTheLastCommands() async throws {
        try await withPrompt { terminal, prompt, _ in
            for line in ["echo one", "echo two", "echo two", "SELECT 1\rAS three;"] {
                let mark = terminal.mark
                terminal.type(line + "\r")
                try await terminal.waits(prompt: prompt, after: mark)
            }
            let all = ["echo one", "echo two", "SELECT 1", "AS three;", "history"]
            #expect(try await terminal.run("history", prompt: prompt) == all)
            #expect(try await terminal.run("history 2", prompt: prompt) == ["history", "history 2"])
            let json = try await terminal.run("history 4 --format json", prompt: prompt)
            #expect(json.joined().contains(#""rows":[["SELECT 1\nAS three;"],["history"],["history 2"],["#), "\(json)")
        }
    }

    @Test func twoSessionsAtOnceLoseNothing() async throws {
        try await withFolder { folder in
            let state = ["XDG_STATE_HOME": folder.path]
            try await withPrompt(state) { first, prompt, cluster in
                try await withPrompt(state) { second, _, _ in
                    try await first.run("echo first", prompt: prompt)
                    try await second.run("echo second", prompt: prompt)
                    try await first.run("echo third", prompt: prompt)
                    second.type("\u{4}")
                    #expect(try await second.end() == 0)
                }
                first.kill()
                #expect(try await first.end() == 128 + SIGKILL)
                // Elsewhere the file is read, and no server is asked.
                let elsewhere = Program(environment: state.merging(["PGHOST": "/nonexistent"]) { $1 })
                let all = try await elsewhere.run(["history"])
                #expect(all.output == "echo first\necho second\necho third\n", "\(all.errors)")
                #expect(all.status == 0)
                #expect(try await elsewhere.run(["--format", "script", "history", "1"]).output == "echo third\n")
            }
            let path = folder.appendingPathComponent("tscl").path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    @Test func noHomeIsToldAndAnEmptyHistoryIsEmpty() async throws {
        let without = try await Program(environment: ["HOME": "/nonexistent"]).run(["history"])
        #expect(without.status == 1)
        #expect(without.errors.contains("no history is kept: neither HOME nor XDG_STATE_HOME names a folder"))
        try await withFolder { folder in
            let missing = folder.appendingPathComponent("home").path
            let homeless = try await Program(environment: ["HOME": missing]).run(["history"])
            #expect(homeless.status == 1)
            #expect(!FileManager.default.fileExists(atPath: missing))
        }
        try await withFolder { folder in
            let empty = try await Program(environment: ["XDG_STATE_HOME": folder.path]).run([
                "history", "--format", "csv",
            ])
            #expect(empty.output == "command\n")
            #expect(empty.status == 0)
        }
    }

    @Test func withoutAHomeThePromptRemembersForItself() async throws {
        try await withPrompt(["XDG_STATE_HOME": "", "HOME": "/nonexistent"]) { terminal, prompt, _ in
            try await terminal.run("echo one", prompt: prompt)
            #expect(try await terminal.run("history", prompt: prompt) == ["echo one", "history"])
            terminal.type("\u{4}")
            #expect(try await terminal.end() == 0)
        }
    }

    @Test func aFolderInPlaceOfTheFileIsTold() async throws {
        try await withFolder { folder in
            let path = folder.appendingPathComponent("tscl/history")
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            let result = try await Program(environment: ["XDG_STATE_HOME": folder.path]).run(["history"])
            #expect(result.status == 1)
            #expect(result.errors.contains("error: the history can't be read: \(path.path): Is a directory"))
        }
    }
}
