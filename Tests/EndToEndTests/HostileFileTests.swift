import Foundation
import Glibc
import Testing

/// Files that are no scripts: each is a clear error, and none makes anybody wait for ever.
@Suite struct HostileFileTests {
    private let nowhere = Program(environment: ["PGHOST": "/nonexistent"])

    /// Runs a test in a folder of its own.
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "tscl-hostile-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func write(_ bytes: [UInt8], to path: String) {
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    }

    /// A script, what is told of it, and the status; its name in the text is `FILE`.
    private static let texts: [(text: [UInt8], message: String)] = [
        (Array("echo a\0b\necho c\n".utf8), "FILE:1:7: error: a NUL byte can't be in a command\n"),
        (Array("echo a\n# ".utf8) + [0xE9, 0x0A], "FILE:2:3: error: the byte 0xE9 is not UTF-8\n"),
        ([0xFF, 0xFE] + Array("e\0c\0h\0o\0".utf8), "FILE:1:1: error: the byte 0xFF is not UTF-8\n"),
        (Array("echo $$open\n".utf8), "FILE:1:6: error: unclosed $$"),
        (Array("if 1 == 1 {\n".utf8), "FILE:1:11: error: unclosed {"),
        (Array("}\n".utf8), "FILE:1:1: error: "),
        (
            Array(String(repeating: "if 1 == 1 {\n", count: 10_000).utf8),
            "FILE:1001:11: error: blocks are nested more than 1000 deep\n"
        ),
    ]

    @Test(arguments: texts) func whatIsNoTextOfCommandsIsStatus2(text: [UInt8], message: String) async throws {
        try await inFolder { folder in
            let path = folder + "/script.tscl"
            write(text, to: path)
            for arguments in [[path], ["-f", path], ["--check", path]] {
                let result = try await nowhere.run(arguments)
                #expect(result.status == 2 && result.output.isEmpty)
                let expected = message.replacingOccurrences(of: "FILE", with: path)
                #expect(result.errors.contains(expected), "\(result.errors)")
            }
            let piped = try nowhere.start(shell: "\"$tscl\" <\(path)")
            piped.closeInput()
            let result = await piped.end()
            #expect(result.status == 2)
            let expected = message.replacingOccurrences(of: "FILE", with: "<stdin>")
            #expect(result.errors.contains(expected), "\(result.errors)")
        }
    }

    /// All of the texts takes far longer to check than the test has patience.
    @Test(arguments: [SIGTERM, SIGINT], ["nod list\n", "if 1 == 1 {\nnod list\n"])
    func aLongCheckEndsWhenItIsAskedTo(_ signal: Int32, text: String) async throws {
        try await inFolder { folder in
            let path = folder + "/long.tscl"
            write(Array((text + String(repeating: "nod list\n", count: 5_000_000)).utf8), to: path)
            let check = try nowhere.start(["--check", path])
            #expect(await eventually { check.catchesSignals })
            check.signal(signal)
            let result = await check.end(patience: 60)
            #expect(result.status == 130)
            #expect(result.errors == "error: interrupted\n")
        }
    }

    @Test func aMarkAndReturnsAreTolerated() async throws {
        try await inFolder { folder in
            let path = folder + "/windows.tscl"
            write(
                [0xEF, 0xBB, 0xBF] + Array("echo a \\\r\n  b\r\nif 1 == 1 {\r\n  echo $$c\r\n$$\r\n}\r\nnod\r\n".utf8),
                to: path)
            let result = try await nowhere.run([path])
            #expect(result.status == 2)
            #expect(result.errors.contains(":7:1: error: unknown command nod\n"), "\(result.errors)")
            #expect(!result.errors.contains("\r"))
            write([0xEF, 0xBB, 0xBF] + Array("echo a \\\r\n  b\r\nif 1 == 1 {\r\n  echo c\r\n}\r\n".utf8), to: path)
            #expect(try await nowhere.run([path]).output == "a b\nc\n")
        }
    }

    @Test func whatIsNoFileSaysWhatItIs() async throws {
        try await inFolder { folder in
            let link = folder + "/link.tscl"
            symlink("nowhere", link)
            let circle = folder + "/circle.tscl"
            symlink("circle.tscl", circle)
            for (path, cause) in [
                (folder, "Is a directory"), (link, "No such file or directory"),
                (circle, "Too many levels of symbolic links"), (folder + "/none.tscl", "No such file or directory"),
                (link + "/x.tscl", "No such file or directory"),
                (folder + "/" + String(repeating: "x", count: 300), "File name too long"),
            ] {
                for arguments in [[path], ["-f", path], ["-c", "echo started", "-f", path]] {
                    let result = try await nowhere.run(arguments)
                    #expect(result.status == 2 && result.output.isEmpty)
                    #expect(result.errors == "error: \(path): \(cause)\n")
                }
            }
        }
    }

    /// Root may read everything, so the right to is given up first.
    @Test(.enabled("only root can become somebody else") { geteuid() == 0 })
    func whatMayNotBeReadIsSaid() async throws {
        try await inFolder { folder in
            let path = folder + "/secret.tscl"
            write(Array("echo read\n".utf8), to: path)
            chmod(path, 0)
            // It is opened here, by root: the program need not lie where everybody may go.
            let drop = "--bounding-set=-dac_override,-dac_read_search --inh-caps=-all"
            let running = try nowhere.start(shell: "exec setpriv \(drop) \"$tscl\" \(path)")
            running.closeInput()
            let result = await running.end()
            #expect(result.status == 2 && result.errors == "error: \(path): Permission denied\n", "\(result)")
        }
    }

    @Test(arguments: ["/dev/zero", "/dev/urandom"]) func devicesThatNeverEndAreNoScripts(_ device: String) async throws
    {
        for line in ["\"$tscl\" -f \(device)", "\"$tscl\" <\(device)", "\"$tscl\" - <\(device)"] {
            let running = try nowhere.start(shell: "ulimit -v 4000000; " + line)
            running.closeInput()
            let result = await running.end(patience: 60)
            #expect(result.status == 2, "\(line): \(result.errors.suffix(300))")
            #expect(result.errors.contains(":1:"))
        }
        #expect(try await nowhere.run(["-f", "/dev/null"]).status == 0)
    }

    @Test func aPipeIsReadToItsEnd() async throws {
        try await inFolder { folder in
            let pipe = folder + "/pipe.tscl"
            #expect(mkfifo(pipe, 0o600) == 0)
            let running = try nowhere.start([pipe, "one"])
            let writer = open(pipe, O_WRONLY)
            for line in ["echo ${1}\n", "echo behind\n"] { _ = Glibc.write(writer, line, line.utf8.count) }
            close(writer)
            #expect(await running.end().output == "one\nbehind\n")
            let running2 = try nowhere.start(["/dev/stdin"])
            running2.write("echo x\n")
            running2.closeInput()
            // A socket, as which a test gives it, can't be opened by its name; a pipe can.
            #expect(await running2.end().status == 2)
            let piped = try nowhere.start(shell: "echo echo x | \"$tscl\" /dev/stdin")
            piped.closeInput()
            #expect(await piped.end().output == "x\n")
        }
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aPipeToWhichNobodyWritesCanBeLeft(_ signal: Int32) async throws {
        try await inFolder { folder in
            let pipe = folder + "/pipe.tscl"
            #expect(mkfifo(pipe, 0o600) == 0)
            for arguments in [[pipe], ["-c", "echo never", "-f", pipe], ["-"], []] {
                let running = try nowhere.start(arguments)
                #expect(await eventually { running.isWaiting })
                running.signal(signal)
                let result = await running.end()
                #expect(result.status == 130 && result.output.isEmpty)
                #expect(result.errors == "error: interrupted\n")
            }
        }
    }

    @Test func whatIsIncludedMustBeAFile() async throws {
        try await inFolder { folder in
            let pipe = folder + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            symlink("nowhere", folder + "/link")
            symlink("main.tscl", folder + "/again.tscl")
            let script = "echo started\ninclude pipe\ninclude .\ninclude link\ninclude /dev/zero\ninclude again.tscl\n"
            write(Array(script.utf8), to: folder + "/main.tscl")
            let result = try await nowhere.run([folder + "/main.tscl"])
            #expect(result.status == 2 && result.output.isEmpty)
            let main = folder + "/main.tscl:"
            let errors = result.errors.split(separator: "\n").filter { $0.hasPrefix("/") }
            #expect(
                errors
                    == [
                        "\(main)2:1: error: \(folder)/pipe: Not a regular file",
                        "\(main)3:1: error: \(folder): Is a directory",
                        "\(main)4:1: error: \(folder)/link: No such file or directory",
                        "\(main)5:1: error: /dev/zero: Not a regular file",
                        "\(main)6:1: error: again.tscl includes itself: main.tscl → main.tscl",
                    ].map { Substring($0) })
        }
    }

    @Test func oddNamesOfFilesAreShownAndHarmNothing() async throws {
        try await inFolder { folder in
            for name in ["a b", "a\nb", "\u{1B}[31mred", "ünï", "a'b\"c", "-dash"] {
                let path = folder + "/\(name).tscl"
                write(Array("echo ran\nnod\n".utf8), to: path)
                let wrong = try await nowhere.run([path])
                #expect(wrong.status == 2 && wrong.output.isEmpty)
                #expect(wrong.errors.contains(".tscl:2:1: error: unknown command nod\n"), "\(wrong.errors)")
                #expect(!wrong.errors.contains("\u{1B}"))
                write(Array("echo ran\n".utf8), to: path)
                #expect(try await nowhere.run([path]).output == "ran\n")
                let missing = try await nowhere.run([path + "x", "--"])
                #expect(missing.status == 2 && missing.errors.hasPrefix("error: "), "\(missing)")
                #expect(!missing.errors.contains("\u{1B}"))
            }
        }
    }

    @Test func aLineOfManyMegabytesIsOneLine() async throws {
        let running = try nowhere.start(
            shell:
                "{ printf 'echo '; head -c 20000000 /dev/zero | tr '\\0' x; echo; echo echo behind; } | \"$tscl\" | tail -c 10"
        )
        running.closeInput()
        #expect(await running.end(patience: 120).output == "xx\nbehind\n")
    }
}
