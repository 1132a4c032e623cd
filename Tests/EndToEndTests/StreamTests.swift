import Foundation
import Testing

/// Standard streams that are closed, full, or read no further.
@Suite struct StreamTests {
    /// Runs a line of sh(1) in which `$tscl` is the program.
    private func shell(_ line: String, _ environment: [String: String] = [:]) async throws -> Program.Result {
        let own = ["tscl": Program.path, "PGHOST": "/nonexistent"]
        let running = try Program(environment: own.merging(environment) { $1 })
            .start(["-c", line], executable: "/bin/sh")
        running.closeInput()
        return await running.end(patience: 30)
    }

    @Test(arguments: ["-c 'echo a; echo b'", "help", "--help", "--version", "--format json echo a"])
    func outputThatCannotBeWrittenIsAFailure(_ arguments: String) async throws {
        for (target, reason) in [("/dev/full", "No space left on device"), ("&-", "Bad file descriptor")] {
            let result = try await shell("$tscl \(arguments) >\(target)")
            #expect(result.status == 1)
            let rest =
                arguments.contains(";")
                ? "stopped: 1 command done; 1 statement was not run, from <command 1>:1 on\n" : ""
            #expect(result.errors == "error: standard output can't be written: \(reason)\n" + rest)
        }
    }

    @Test func aReaderThatHasSeenEnoughEndsTheRunQuietly() async throws {
        let cluster = try await Cluster.shared.value
        let commands = "sql SELECT generate_series(1, 100000); sql CREATE TABLE stream_never (i int)"
        let result = try await shell(
            "{ $tscl -c '\(commands)'; echo $? >&2; } | head -n 1", cluster.program.environment)
        #expect(result.output == " generate_series\n")
        #expect(result.errors == "141\n")
        #expect(try await cluster.query("an1", "SELECT FROM pg_class WHERE relname = 'stream_never'").isEmpty)
    }

    /// Nothing was interrupted.
    @Test(arguments: ["json", "csv", "table"]) func aReaderThatHasSeenEnoughEndsAWatch(_ format: String) async throws {
        let cluster = try await Cluster.shared.value
        let result = try await shell(
            "{ $tscl status --watch 100ms --format \(format); echo $? >&2; } | head -n 2", cluster.program.environment)
        #expect(result.errors.hasSuffix("141\n"), "\(result)")
    }

    /// The next pipe or socket would be in the place of what was closed: the signals' own pipe would be standard input.
    @Test func closedStreamsAreNotTakenByOthers() async throws {
        let cluster = try await Cluster.shared.value
        for line in ["$tscl <&-", "$tscl - <&-"] {
            let result = try await shell(line)
            #expect(result.status == 0)
            #expect(result.output + result.errors == "")
        }
        let closed = try await shell("$tscl -c 'sql SELECT 1' <&- >&- 2>&-", cluster.program.environment)
        #expect(closed.status == 1)
        #expect(try await shell("$tscl -c 'echo a; sql SELECT 1/0' 2>&-", cluster.program.environment).output == "a\n")
        #expect(
            try await shell("$tscl -c 'echo a; sql SELECT 1/0' 2>/dev/full", cluster.program.environment).status == 1)
    }

    @Test func aStreamThatNeverEndsTakesNoMoreMemory() async throws {
        let running = try Program(environment: ["PGHOST": "/nonexistent"]).start([])
        func feed(_ lines: Range<Int>) {
            for start in stride(from: lines.lowerBound, to: lines.upperBound, by: 1000) {
                let text = (start..<start + 1000).map { line in
                    switch line % 4 {
                    case 0: "set x \(line)  # a comment\n"
                    case 1: "if ${x} == \(line) { echo never }\n"
                    case 2: "set --secret y $$\(line)\n$$\n"
                    default: "foreach z in a b { set x ${z}\(line) }\n"
                    }
                }
                running.write(text.joined())
            }
            running.write("echo \(lines.upperBound)\n")
        }
        feed(0..<20_000)
        #expect(await running.waits(for: "20000\n", patience: 120))
        let early = try #require(running.memory)
        feed(20_000..<200_000)
        #expect(await running.waits(for: "200000\n", patience: 300))
        let late = try #require(running.memory)
        running.closeInput()
        #expect(await running.end().status == 0)
        // A byte for each line would be 176.
        #expect(late - early < 2048, "\(early) KiB, then \(late) KiB")
    }

    @Test func withoutHomeAndLocaleItWorks() async throws {
        let cluster = try await Cluster.shared.value
        let address = cluster.program.environment.map { "\($0)='\($1)'" }.joined(separator: " ")
        let bare = try await shell("env -i \(address) $tscl -c \"echo 'Ünï'; node list --format csv\"")
        #expect(bare.status == 0, "\(bare.errors)")
        #expect(bare.output.hasPrefix("Ünï\nnode,"))
        let cLocale = try await shell(
            "LC_ALL=C $tscl --format csv -c \"sql SELECT 'é' AS x\"", cluster.program.environment)
        #expect(cLocale.output == "x\né\n")
    }
}
