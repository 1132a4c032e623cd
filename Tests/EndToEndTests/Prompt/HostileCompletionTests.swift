import Foundation
import Testing

/// A name of the cluster is one word behind Tab, whatever it holds and whatever quote is open: a shell never runs it.
@Suite struct HostileCompletionTests {
    /// All but one begin with `zz`, after which Tab is pressed; each is the only name there is.
    private static let names = [
        "zz$(touch ran)", "zz`touch ran`", "zz;touch ran;", "zz'$(touch ran)'", "zz\"$(touch ran)\"",
        "zz\\$(touch ran)", "zz\\\\`touch ran`", "zz!touch !!", "zz!", "zz'", "zz\"", "zz\\", "zz $(touch ran) ",
        "zz=$(touch ran)", "zz:a=`touch ran`", "zz${HOME}$HOME~*?[a]{b,c}#", "zz&touch ran|touch ran>ran<ran", "zz-é日",
    ]
    /// The beginning of the word, in each way to write it.
    private static let beginnings = ["zz", "\"zz", "'zz", "z\"z", "z'z", "z\"z\"", "\\zz", "'z'\"z"]

    @Test(arguments: CompletionShell.installed) func whatTheShellReadsIsTheName(_ shell: CompletionShell) async throws {
        let folder = try Stage()
        defer { folder.remove() }
        let terminal = try await shell.start(in: folder.path, [:], program: folder.path)
        defer { terminal.kill() }
        // Of the shells, these know a string with escapes.
        let beginnings = Self.beginnings + (shell == .fish ? [] : ["$'zz"])
        for name in Self.names {
            try folder.offer(name)
            for beginning in beginnings {
                let word = try await folder.word { terminal.type("tscl role show \(beginning)\t\r") }
                #expect(word == name, "\(beginning) of \(name)")
                #expect(!folder.holds("ran"), "\(beginning) of \(name)")
            }
        }
        // Where the word goes on behind what the shell takes for its end.
        for (name, beginning) in [("zz=$(touch ran)", "zz="), ("zz:`touch ran`", "\"zz:"), ("zz@$(touch ran)", "zz@")] {
            try folder.offer(name)
            let word = try await folder.word { terminal.type("tscl role show \(beginning)\t\r") }
            #expect(word == name, "\(beginning) of \(name)")
        }
        #expect(!folder.holds("ran"))
    }

    /// A folder with a program in tscl's place: it offers one name, and writes down the last word that it is given.
    private struct Stage {
        let path: String

        init() throws {
            path = NSTemporaryDirectory() + "tscl-stage-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let script = """
                #!/bin/sh
                if [ "$1" = completion ]; then exec '\(Program.path)' "$@"; fi
                if [ "$1" = __complete ]; then echo words; cat '\(path)/name'; exit; fi
                for word; do :; done
                printf %s "$word" >'\(path)/new' && mv '\(path)/new' '\(path)/word'

                """
            try script.write(toFile: path + "/tscl", atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/tscl")
        }

        func offer(_ name: String) throws {
            try (name + "\n").write(toFile: path + "/name", atomically: true, encoding: .utf8)
        }

        func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

        /// The word that the program is given once a line was typed; nil if it is given none.
        func word(_ type: () -> Void) async throws -> String? {
            try? FileManager.default.removeItem(atPath: path + "/word")
            type()
            guard await eventually(10, { holds("word") }) else { return nil }
            return try String(contentsOfFile: path + "/word", encoding: .utf8)
        }

        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }
}
