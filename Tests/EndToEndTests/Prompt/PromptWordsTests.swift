import Foundation
import Testing

/// What people have in their fingers from elsewhere, at the prompt.
@Suite struct PromptWordsTests {
    @Test(arguments: ["exit", #"\q"#, ":q", "exit;"]) func theWordsOfOthersEnd(_ word: String) async throws {
        try await withPrompt { terminal, _, _ in
            terminal.type(word + "\r")
            let status = try await terminal.end()
            #expect(status == 0)
        }
    }

    /// They are answered at once: no ; would follow them.
    @Test(arguments: [
        (#"\d"#, "'hypertable list' lists the hypertables"), ("SHOW TABLES", "'hypertable list' lists the hypertables"),
        (#"SELECT 1 \gx"#, "'sql --format expanded SELECT 1' shows"),
    ])
    func aCommandOfPsqlsIsAnswered(_ line: String, _ answer: String) async throws {
        try await withPrompt { terminal, prompt, _ in
            let rows = try await terminal.run(line, prompt: prompt)
            #expect(rows.contains { $0.contains(answer) }, "\(rows)")
        }
    }

    /// In a pipe each is answered by the command that does it here.
    @Test func eachWordOfPsqlsIsAnsweredInAPipe() async throws {
        let words = [
            #"\d"#, #"\d t"#, #"\dt"#, #"\dn"#, #"\du"#, #"\dx"#, #"\df"#, #"\l"#, #"\x"#, #"\c"#, #"\e"#, #"\i f"#,
            #"\o f"#,
            #"\copy t to f"#, #"\conninfo"#, #"\timing"#, #"\set"#, #"\echo a"#, #"\pset"#, #"\watch"#, #"\gx"#, #"\!"#,
            #"\?"#, #"\h"#, "clear", "use d", "show tables;", #"SELECT 1 \gx"#,
        ]
        for word in words {
            let result = try await Program().run([], input: word + "\n")
            #expect(result.status == 2 && result.output.isEmpty, "\(word): \(result)")
            #expect(result.errors.contains("help: ") && !result.errors.contains("what begins with"), "\(result.errors)")
        }
        for word in [#"\q"#, "exit", ":q"] {
            let result = try await Program().run([], input: "\(word)\nnonsense\n")
            #expect(result.status == 0 && result.errors.isEmpty, "\(word): \(result)")
        }
    }

    @Test func theEditorChangesTheLine() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-editor-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // It tells the mode of the file, and makes a line of its own.
        let editor = folder.appendingPathComponent("editor")
        try "#!/bin/sh\nstat -c %a \"$1\" >\"$0.mode\"\nsed s/before/after/ \"$1\" >\"$1.new\"; mv \"$1.new\" \"$1\"\n"
            .write(to: editor, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor.path)
        try await withPrompt(["VISUAL": editor.path, "TMPDIR": folder.path]) { terminal, prompt, _ in
            terminal.type("echo before\u{18}\u{5}")
            try await terminal.waits(line: prompt + " echo after")
            let mark = terminal.mark
            terminal.type("\r")
            #expect(try await terminal.waits(prompt: prompt, after: mark) == ["after"])
        }
        #expect(try String(contentsOf: URL(fileURLWithPath: editor.path + ".mode"), encoding: .utf8) == "600\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["editor", "editor.mode"])
    }

    @Test func anEditorThatFailsLeavesTheLine() async throws {
        try await withPrompt(["VISUAL": "false"]) { terminal, prompt, _ in
            terminal.type("echo before\u{18}\u{5}")
            try await terminal.waits(for: "note: the editor 'false' failed, and the line is as it was")
            try await terminal.waits(line: prompt + " echo before")
        }
    }
}
