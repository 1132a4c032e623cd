import Foundation
import Sandbox
import Testing

/// Statements that decide which others run, on a cluster.
@Suite struct ControlTests {
    /// Runs a script that is a file of its own, with others beside it.
    private func run(
        _ script: String, beside others: [String: String] = [:], _ options: [String] = [], _ arguments: [String] = [],
        in cluster: Cluster? = nil
    ) async throws -> Program.Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tscl-control-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in others.merging(["main.tscl": script], uniquingKeysWith: { $1 }) {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        let shared = try await Cluster.shared.value
        let program = (cluster ?? shared).program
        return try await program.run(options + [folder.path + "/main.tscl"] + arguments)
    }

    @Test func branchesAndLoops() async throws {
        let result = try await run(
            """
            foreach n in dn{1..3} dn9 {
                if not node ${n} exists { echo "${n} is not there" } else if node ${n} up { echo "${n} is up" } else { echo down }
            }
            foreach n in nodes { foreach x in a b { echo "${n}${x}" } }
            if ${1} == yes { echo given } else { echo not given }
            if node dn1 available { echo available }
            """, [], ["yes"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.split(separator: "\n").map(String.init) == [
                "dn1 is up", "dn2 is up", "dn3 is up", "dn9 is not there", "dn1a", "dn1b", "dn2a", "dn2b", "dn3a",
                "dn3b",
                "given", "available",
            ])
    }

    @Test func includedFilesHaveArgumentsOfTheirOwn() async throws {
        let result = try await run(
            "include inner.tscl one two\necho \"${1} again\"",
            beside: [
                "inner.tscl": "echo \"${1} ${2} ${3:-none}\"\ninclude innermost.tscl ${2}\n",
                "innermost.tscl": "echo ${1}",
            ],
            [], ["outer"])
        #expect(result.output == "one two none\ntwo\nouter again\n", "\(result)")
    }

    @Test func everythingIsCheckedBeforeAnythingRuns() async throws {
        let result = try await run(
            """
            echo started
            if 1 == 2 { nod list }
            transaction { node add x --host h; sql VACUUM; heal all; exec --no-transaction SELECT 1; quit; job run 7 }
            echo ${nothing}
            include inner.tscl
            include main.tscl
            """, beside: ["inner.tscl": "node ping --tmeout 5s\n"])
        #expect(result.status == 2 && result.output.isEmpty)
        for text in [
            ":2:13: error: unknown command nod", ":3:15: error: TimescaleDB adds no node in a transaction",
            ":3:36: error: VACUUM can't run inside a transaction", ":3:48: error: healing can't be in a transaction",
            ":3:58: error: --no-transaction can't be in one", ":3:90: error: quit can't be in a transaction",
            ":3:96: error: a job can't run in a transaction: it may commit",
            ":4:6: error: undefined variable nothing", "inner.tscl:1:11: error: unknown option --tmeout",
            ":6:1: error: main.tscl includes itself: main.tscl → main.tscl",
        ] { #expect(result.errors.contains(text), "\(text)\n\(result.errors)") }
    }

    @Test func assertionsAndWaitsThatFail() async throws {
        let asserted = try await run("assert 1 == 1\nassert not node dn1 exists \"dn1 is one too many\"\necho never\n")
        #expect(asserted.status == 5 && asserted.output.isEmpty)
        #expect(asserted.errors.contains("main.tscl:2:8: error: dn1 is one too many"))
        #expect(asserted.errors.contains("stopped: 1 command done; 1 statement was not run, from"))
        // A message is no name, however long.
        let message = String(repeating: "too many, ", count: 10)
        let long = try await run("assert not node dn1 exists \"\(message)${1}\"", [], ["now"])
        #expect(long.status == 5 && long.errors.contains("error: \(message)now\n"), "\(long)")
        let waited = try await run("wait until 1 == 2 --timeout 300ms --every 100ms")
        #expect(waited.status == 1 && waited.errors.contains("still does not hold after 300ms"))
        let mistyped = try await run("wait until node dn7 up")
        #expect(mistyped.status == 1 && mistyped.errors.contains("error: there is no node dn7"))
    }

    @Test func whatWasNotRunIsTold() async throws {
        let script = "foreach n in a b c d {\n  include inner.tscl ${n}\n  echo behind\n}\necho last\n"
        let inner = "echo ${1}\nassert ${1} != b\necho more\nif 1 == 1 { echo on }\n"
        let stopped = try await run(script, beside: ["inner.tscl": inner])
        #expect(stopped.status == 5 && stopped.output == "a\nmore\non\nbehind\nb\n", "\(stopped)")
        let told = stopped.errors.split(separator: "\n").suffix(3).map { line in
            String(line).replacingOccurrences(of: " [^ ]*/", with: " ", options: .regularExpression)
        }
        #expect(
            told == [
                "stopped: 6 commands done; 2 statements were not run, from inner.tscl:3 on",
                "stopped in the loop at main.tscl:1, with n = b; not begun: c, d",
                "stopped: 6 commands done; 1 statement was not run, from main.tscl:5 on",
            ])
        let kept = try await run(script, beside: ["inner.tscl": inner], ["--keep-going"])
        #expect(kept.status == 5 && kept.output.hasSuffix("d\nmore\non\nbehind\nlast\n"))
        #expect(!kept.errors.contains("stopped"))
        let ended = try await run("foreach n in a b { quit 3 }\necho last\n")
        #expect(ended.status == 3 && ended.errors.isEmpty)
        let many = try await run("foreach n in n{1..30} { assert 1 == 2 }")
        #expect(many.errors.hasSuffix(", n20, n21 and 9 more, 29 in all\n"), "\(many.errors)")
    }

    @Test func aScriptWaitsForANodeToComeBack() async throws {
        try await Cluster.with { cluster in
            var program = cluster.program
            program.environment["XDG_STATE_HOME"] = ProcessInfo.processInfo.environment["XDG_STATE_HOME"]
            let running = try program.start([])
            running.write("wait until not node dn2 up --timeout 60s --every 100ms\necho gone\n")
            running.write("wait until node dn2 up --timeout 60s --every 100ms\necho back\n")
            try await cluster.sandbox.kill("dn2")
            #expect(await running.waits(for: "gone"))
            try await cluster.sandbox.start("dn2")
            #expect(await running.waits(for: "back"))
            running.closeInput()
            #expect(await running.end().status == 0)
        }
    }

    @Test func whatPredicatesTell() async throws {
        try await Cluster.with { cluster in
            let result = try await run(
                """
                if role ann exists { echo 1 }
                role create ann
                if role ann exists { echo 2 }
                if role ann exists everywhere { echo 3 }
                role sync ann
                wait until role ann exists everywhere
                if hypertable m exists { echo 4 }
                sql CREATE TABLE m (time timestamptz NOT NULL)
                hypertable create m time --on dn1,dn2
                if hypertable m exists { echo 5 }
                if hypertable m replicated { echo 6 }
                if node dn3 attached to m { echo 7 }
                if node dn2 attached to m { echo 8 }
                if cluster healthy { echo 9 }
                if in-doubt none { echo 10 }
                foreach t in hypertables { echo ${t} }
                """, in: cluster)
            #expect(result.status == 0, "\(result.errors)")
            let told = result.output.split(separator: "\n").map(String.init).filter { $0.count <= 2 }
            #expect(told == ["2", "5", "6", "8", "9", "10", "m"], "\(result.output)")
            _ = try await cluster.sandbox.doubt("dn1", committed: false)
            let doubt = try await run(
                "if not in-doubt none { echo doubt }\nif not cluster healthy { echo ill }", in: cluster)
            #expect(doubt.output == "doubt\nill\n", "\(doubt)")
        }
    }

    @Test func blocksComeInByLines() async throws {
        let cluster = try await Cluster.shared.value
        let running = try cluster.program.start([])
        running.write("foreach x in 1 2 {\n  echo \"x${x}\"\n")
        running.write("}\necho behind\n")
        #expect(await running.waits(for: "x1\nx2\nbehind\n"))
        running.write("if 1 == 1 {\necho open\n")
        running.closeInput()
        let result = await running.end()
        #expect(result.status == 2 && !result.output.contains("open"), "\(result)")
    }
}
