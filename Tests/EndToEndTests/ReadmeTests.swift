import Foundation
import Sandbox
import Testing

/// The examples of the README, run as they stand there. What stands for the reader's own servers, `-h an1 -d metrics`, is
/// the sandbox here.
@Suite struct ReadmeTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized

    /// What stands between fences, in its order.
    static let blocks: [String] = {
        let readme = try? String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
        let parts = ("\n" + (readme ?? "")).components(separatedBy: "\n```")
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element.drop { $0 == "\n" }) + "\n" }
    }()

    /// The block that begins so.
    private func block(_ beginning: String) throws -> String {
        try #require(Self.blocks.first { $0.hasPrefix(beginning) }, "the README has no example that begins so")
    }

    private static let firstSession = "node add dn{1..3}"
    private static let brief = "node add dn{1..4}"
    private static let mistake = "grow.tscl:12:14:"
    private static let script = "foreach n in dn{1..4} {"
    private static let cronHealing = "*/5 * * * *"
    private static let cronCheck = "0 6 * * *"
    private static let findings = "$ tscl check"
    private static let asScript = "tscl -h an1 -d metrics --format script"
    /// Its test is in ``MigrationTests``.
    static let leaving = "migrate plan"
    /// What it installs is tried in ``PackageScriptTests``.
    private static let packages = "apt install"
    /// They build tscl and run every test.
    private static let building = "scripts/demo"
    /// They show how tscl is built, and are nothing to run.
    private static let pictures = [" prompt ┐", "tscl ─▶ Shell"]

    @Test func eachExampleHasItsTest() throws {
        let known =
            [
                Self.firstSession, Self.brief, Self.mistake, Self.script, Self.cronHealing, Self.cronCheck,
                Self.findings,
                Self.asScript, Self.building, Self.packages, Self.leaving,
            ] + Self.pictures
        for block in Self.blocks { #expect(known.contains { block.hasPrefix($0) }, "\(block)") }
        #expect(Self.blocks.count == known.count)
        for line in try block(Self.building).split(separator: "\n") {
            let path = Self.package.appendingPathComponent(String(line.prefix { $0 != " " })).path
            #expect(FileManager.default.isExecutableFile(atPath: path))
        }
    }

    @Test func theMistakeIsShownSo() async throws {
        let folder = try Folder()
        let shown = try block(Self.mistake)
        let written = try #require(shown.firstMatch(of: /12 \| (.*)\n/)).1
        try folder.write("grow.tscl", String(repeating: "echo\n", count: 11) + written + "\n")
        let running = try Program().start(shell: "cd '\(folder.path)' && \"$tscl\" grow.tscl")
        let result = await running.end()
        #expect(result.status == 2 && result.errors == shown, "\(result)")
    }

    @Test func theSessionAndTheScriptsRun() async throws {
        try await Cluster.with(nodes: 4, addingNodes: false) { cluster in
            var program = Program(environment: ["APP_PASSWORD": "correct horse"])
            program.seesSandboxes()
            let sandbox = ["--sandbox", cluster.sandbox.name]

            let session = try await program.run(
                sandbox + ["--keep-going"], input: try block(Self.firstSession), patience: 120)
            #expect(session.status == 4, "\(session)")
            #expect(session.output.contains("in doubt on dn2:") && session.output.contains("healed"), "\(session)")
            #expect(session.output.contains("dn3 killed\n") && session.output.contains("dn3 started\n"), "\(session)")
            #expect(session.errors.contains("error: not healed: dn3 (unreachable)\n"), "\(session)")
            #expect(session.errors.contains("1 of 10 commands failed\n"), "\(session)")

            // Of the language in brief the first line is about machines that are not there: it is only read.
            let brief = try block(Self.brief)
            let checked = try await program.run(["--check", "-"], input: brief)
            #expect(checked.status == 0 && checked.errors.isEmpty, "\(checked)")
            let rest = brief.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
            let ran = try await program.run(sandbox + ["-"], input: rest, patience: 120)
            #expect(
                ran.status == 0 && ran.output.hasSuffix("role app created on the access node and dn1, dn2, dn3\n"),
                "\(ran)")
            #expect(ran.output.contains("\nANALYZE\nconditions\n"), "\(ran)")

            // Its nodes are there already, under addresses of the sandbox.
            let undone = try await program.run(
                sandbox + ["-"],
                input: """
                    exec --on dn1,dn2 DROP SCHEMA app
                    role drop app --everywhere --yes
                    node add dn4 --host ${sandbox}/dn4
                    """)
            #expect(undone.status == 0, "\(undone)")
            let folder = try Folder()
            try folder.write("grow.tscl", try block(Self.script))
            try folder.write("hypertables.tscl", "echo hypertables of ${1}\n")
            let grown = try await program.run(sandbox + [folder.path + "/grow.tscl"], patience: 120)
            #expect(grown.status == 0 && grown.output.hasSuffix("hypertables of app\n"), "\(grown)")
            let schemas = try await cluster.query("dn4", "SELECT FROM pg_namespace WHERE nspname = 'app'")
            #expect(schemas.count == 1)
        }
    }

    @Test func theLinesForCronAndTheShellRun() async throws {
        try await Cluster.with { cluster in
            let folder = try Folder()
            try folder.write(
                "bin/tscl",
                """
                #!/bin/sh
                for word; do
                    shift
                    case "$word" in
                        -h | -d) skipped=$word ;;
                        an1 | metrics) [ -n "$skipped" ] || set -- "$@" "$word"; skipped= ;;
                        *) set -- "$@" "$word" ;;
                    esac
                done
                exec '\(Program.path)' "$@"
                """)
            try folder.write("bin/mail", "#!/bin/sh\necho \"$@\" >> '\(folder.path)/mails'\n")
            var program = cluster.program
            program.environment["PATH"] = "\(folder.path)/bin:/usr/bin:/bin"
            func run(_ line: some StringProtocol) async throws -> Program.Result {
                await (try program.start(shell: "cd '\(folder.path)' && \(line)")).end(patience: 60)
            }
            /// The command of a line of crontab(5).
            func command(_ beginning: String) throws -> Substring {
                try block(beginning).dropFirst(beginning.count + 1)
            }

            let healed = try await run(try command(Self.cronHealing))
            #expect(healed.status == 0 && healed.output.isEmpty && healed.errors.isEmpty, "\(healed)")
            let well = try await run(try command(Self.cronCheck))
            #expect(well.status == 0 && well.output.isEmpty && well.errors.isEmpty, "\(well)")

            let written = try await run(try block(Self.asScript))
            #expect(written.status == 0, "\(written)")
            let script = try #require(folder.read("cluster.tscl"))
            #expect(script.contains("node add dn1 --host"), "\(script)")
            #expect(try await run("tscl --check cluster.tscl").status == 0)

            // What is shown of 'check' happens here.
            let made = try await cluster.run("role create app --everywhere --login --grant-nodes all")
            #expect(made.status == 0, "\(made)")
            #expect(try await cluster.run("role drop app --on dn3 --yes").status == 0)
            try await cluster.runScript("dn3", "ALTER DATABASE dist SET lock_timeout = '30s'")
            // What is in doubt since just now is no finding yet; CheckTests has one that is as old as the one shown.
            let isOld = { (line: Substring) in line.contains("in doubt, for 2 h") || line == "  help: heal dn2" }
            let shown = try block(Self.findings).split(separator: "\n")
            #expect(shown.filter(isOld).count == 2)
            let checked = try await run(shown[0].dropFirst(2))
            #expect(checked.status == 5, "\(checked)")
            let lines = checked.output.split(separator: "\n")
            var rest = lines[...]
            for line in shown.dropFirst() where !isOld(line) {
                let index = rest.firstIndex(of: line)
                #expect(index != nil, "\(line) is not in \(checked)")
                if let index { rest = rest[(index + 1)...] }
            }
            let mailed = try await run(try command(Self.cronCheck))
            #expect(mailed.status == 5 && mailed.output == checked.output, "\(mailed)")

            try await cluster.sandbox.kill("dn3")
            let partial = try await run(try command(Self.cronHealing))
            #expect(partial.status == 4 && partial.output.contains("dn3  | unreachable"), "\(partial)")
            #expect(!partial.output.contains("dn1"), "\(partial)")
            #expect(
                partial.errors
                    == "error: to go on: heal dn3 --timeout 60s\n<command 1>:1:1: error: not healed: dn3 (unreachable)\n",
                "\(partial)")
        }
    }

    /// The command lines that help topics show, each only read.
    @Test(arguments: ["connection", "output", "options", "scripts", "passwords", "sandbox", "troubles", "files"])
    func theCommandLinesOfTheHelpAreRight(_ topic: String) async throws {
        let page = try await Program().run(["help", topic])
        #expect(page.status == 0, "\(page)")
        for line in page.output.split(separator: "\n") where line.hasPrefix("  tscl -") {
            let own = line.trimmingCharacters(in: .whitespaces).prefix { $0 != "|" && $0 != ">" }
            let running = try Program().start(shell: "\"$tscl\" --check" + own.dropFirst("tscl".count) + " < /dev/null")
            let read = await running.end()
            #expect(read.status == 0 && read.errors.isEmpty, "\(line): \(read)")
        }
    }

    /// A folder that is gone afterwards.
    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "tscl-readme-\(UUID().uuidString)"

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/bin", withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(path)/\(name)")
        }

        func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
    }
}
