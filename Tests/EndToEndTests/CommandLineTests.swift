import Foundation
import Testing

/// The ways in, the errors and the statuses, as a shell sees them.
@Suite struct CommandLineTests {
    let nowhere = Program(environment: ["PGHOST": "/nonexistent"])

    @Test func theVersionNeedsNoServer() async throws {
        let result = try await nowhere.run(["--version"])
        #expect(result.output.hasPrefix("tscl "))
        #expect(result.status == 0)
    }

    private static let hidden = "mount -t tmpfs none /proc"

    /// Whether the system lets a user have namespaces of one's own, in which /proc can be hidden.
    private static let hidesProc =
        (try? Process.run(
            URL(fileURLWithPath: "/usr/bin/unshare"), arguments: ["-rm", "sh", "-c", hidden])).map {
            $0.waitUntilExit()
            return $0.terminationStatus == 0
        }

    /// Swift reads the arguments in /proc; none would be an order to read standard input.
    @Test(.enabled(if: hidesProc == true)) func argumentsThatCanNotBeReadAreNotTakenForNone() async throws {
        let line = #"exec unshare -rm sh -c '\#(Self.hidden) && exec "$tscl" --version'"#
        let result = await (try nowhere.start(shell: line)).end()
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("error: the arguments can't be read"))
    }

    @Test func everyMistakeOfAFileIsShownAndNothingRuns() async throws {
        let script = temporaryFile("echo started\nnode add dn3 --hots db3\necho 'open\nnode lst\n")
        defer { try? FileManager.default.removeItem(atPath: script) }
        let result = try await nowhere.run([script])
        #expect(result.output == "")
        #expect(result.status == 2)
        #expect(
            result.errors == """
                \(script):2:14: error: unknown option --hots
                    2 | node add dn3 --hots db3
                      |              ^~~~~~
                   help: did you mean --host?
                \(script):3:6: error: unclosed '
                    3 | echo 'open
                      |      ^
                   help: quotes end on the line they begin on; $$…$$ may span lines
                \(script):4:6: error: unknown command node lst
                    4 | node lst
                      |      ^~~
                   help: did you mean node list?

                """)
    }

    @Test func noServerIsStatus3() async throws {
        let result = try await nowhere.run(["-w", "node", "list"])
        #expect(result.status == 3)
        #expect(result.output == "")
        #expect(result.errors.contains("No such file or directory"))
    }

    @Test func commandsWithoutAServerWork() async throws {
        #expect(try await nowhere.run(["-c", "echo a; echo b"]).output == "a\nb\n")
        #expect(try await nowhere.run(["-v", "x=1 2", "-c", "echo ${x}"]).output == "1 2\n")
        #expect(try await nowhere.run(["help", "node", "add"]).output.contains("node add NAMES --host HOST"))
        let script = "set a 1\nforeach x in rows $$ SELECT :'a' $$ { echo ${x} ${a} }\n"
        #expect(try await nowhere.run(["--check"], input: script).status == 0)
        #expect(try await nowhere.run(["--check"], input: script + "echo ${b}\n").status == 2)
        #expect(try await nowhere.run(["--check", "-c", "node list"]).status == 0)
        #expect(try await nowhere.run(["echo", "${x}", "{a,b}"]).output == "${x} {a,b}\n")
    }

    @Test func aScriptRunsThroughItsFirstLine() async throws {
        let folder = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        let script = temporaryFile("#!/usr/bin/env tscl\necho ${1} and ${2:-nothing}\n")
        defer { try? FileManager.default.removeItem(atPath: script) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        // Through env, which is what the first line asks for: a file that was just written may still be open in a child.
        let running = try Program(environment: ["PATH": "\(folder):/usr/bin:/bin"])
            .start(["-c", "exec \(script) one"], executable: "/bin/sh")
        running.closeInput()
        #expect(await running.end().output == "one and nothing\n")
    }

    @Test func standardInputRunsLineByLine() async throws {
        let running = try nowhere.start([])
        running.write("echo first\n")
        #expect(await running.waits(for: "first\n"))
        running.write("echo $$se\ncond$$\n")
        #expect(await running.waits(for: "se\ncond\n"))
        running.write("nonsense\necho never\n")
        running.closeInput()
        let result = await running.end()
        #expect(result.status == 2)
        #expect(!result.output.contains("never"))
        #expect(result.errors.contains("<stdin>:4:1: error: unknown command nonsense"))
    }

    @Test func keepGoingCountsItsFailures() async throws {
        let result = try await nowhere.run(["--keep-going", "-c", "echo ${env:NOPE}; echo on; echo ${env:NOPE}"])
        #expect(result.output == "on\n")
        #expect(result.errors.hasSuffix("2 of 3 commands failed\n"))
        #expect(result.status == 1)
        #expect(try await nowhere.run(["-c", "echo ${env:NOPE}; echo on"]).output == "")
        #expect(try await nowhere.run(["-c", "quit 9; echo on"]).status == 9)
    }

    @Test func whatDestroysWantsConsentBeforeAnythingRuns() async throws {
        let result = try await nowhere.run(["-c", "echo started", "-c", "node delete dn1"])
        #expect(result.status == 6)
        #expect(result.output == "")
        #expect(result.errors.contains("<command 2>:1:1: error: node delete needs a confirmation"))
    }

    @Test(arguments: [
        ["postgresql://app:S3cret@/dist?host=/nonexistent", "status"],
        ["host=/nonexistent password=S3cret", "status"], ["postgresql:///dist?host=/nonexistent", "-c", "status"],
    ])
    func aConnectionStringMayBeTheFirstWord(arguments: [String]) async throws {
        let result = try await Program(environment: [:]).run(arguments)
        #expect(result.status == 3)
        #expect(result.errors.contains("/nonexistent") && !result.errors.contains("S3cret"), "\(result.errors)")
    }

    @Test(arguments: [
        (["node", "list", "-h", "x"], "help: tscl's own options stand before the command: tscl -h x node list\n"),
        (["metrics"], "help: 'help' lists the commands; a database is named so: tscl -d metrics\n"),
        (
            ["-q", "metrics", "app"],
            "help: 'help' lists the commands; a database and a role are named so: tscl -q -d metrics -U app\n"
        ),
        (["-c", "status", "--", "metrics"], "database is named so: tscl -c status -d metrics\n"),
        (["-l"], "help: the databases are listed so: tscl -c 'SELECT datname FROM pg_database;'\n"),
    ])
    func aMisplacedArgumentIsToldItsPlace(arguments: [String], help: String) async throws {
        let result = try await nowhere.run(arguments)
        #expect(result.status == 2)
        #expect(result.errors.hasSuffix(help), "\(result.errors)")
    }

    @Test func ofOneThatCannotBeReadNoPartOfThePasswordIsShown() async throws {
        let program = Program(environment: [:])
        let secret = try await program.run(["-d", "host=/nonexistent password=S3cret PwWRONG", "status"])
        #expect(secret.status == 2)
        #expect(secret.errors == "error: the connection string can't be read; it may hold a password\n")
        let other = try await program.run(["-d", "host=/nonexistent nonsense", "status"])
        #expect(other.errors.contains("missing \"=\" after \"nonsense\""))
    }

    /// A String of them would be another text.
    @Test func bytesOfAnotherEncodingAreRefused() async throws {
        let program = Program(environment: ["PGHOST": "/nonexistent"])
        let argument = try program.start(shell: #"exec "$tscl" role create "$(printf 'r\377')" --dry-run"#)
        let refused = await argument.end()
        #expect(refused.status == 2 && refused.errors == "error: argument 3 is not UTF-8\n")
        for command in ["echo ${env:X}", "echo ${env:X:-other}"] {
            let variable = try program.start(shell: "X=$(printf 'a\\377') exec \"$tscl\" -c '\(command)'")
            let answer = await variable.end()
            #expect(answer.status == 1 && answer.output == "", "\(answer)")
            #expect(answer.errors.contains("error: X is not UTF-8"))
        }
    }

    @Test func secretsAreShownNowhere() async throws {
        let script =
            "set --secret pass hunter2\necho ${pass}\nset\nnode add ${pass}x --host ${pass} --bad\nset y ${pass}\nset\n"
        let result = try await nowhere.run(["--echo", "--show-sql", "--keep-going"], input: script)
        #expect(!(result.output + result.errors).contains("hunter2"))
        #expect(result.output.contains("********"))
    }

    private func temporaryFile(_ text: String) -> String {
        let path = NSTemporaryDirectory() + "tscl-e2e-\(UInt32.random(in: .min ... .max)).tscl"
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
        return path
    }
}
