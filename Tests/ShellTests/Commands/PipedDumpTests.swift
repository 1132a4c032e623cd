import CannedServers
import Shell
import Testing

/// A dump that comes by a pipe, of which nobody knows that it is psql's.
@Suite struct PipedDumpTests {
    private let canned = CannedCluster()

    private func run(_ input: String) async throws -> ShellTrial.Answer {
        try await ShellTrial(canned) { $0.keepGoing = true }.run(input: input)
    }

    /// What comes behind it is for another database.
    @Test(arguments: [
        #"\connect app"#, "\\encoding SQL_ASCII\n\\connect -reuse-previous=on \"dbname='a b'\"", "connect --reuse app",
        "connect host=a port=1,2", "connect dbname=${nope}",
    ])
    func aRefusedConnectEndsIt(connect: String) async throws {
        let answer = try await run("CREATE DATABASE app;\n\(connect)\nINSERT INTO t VALUES (1);\n")
        #expect(answer.status != .done, "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("INSERT") }, "\(answer)")
    }

    @Test(arguments: [#"\connect app"#, #"\encoding SQL_ASCII"#]) func itIsToldHowADumpIsRun(line: String) async throws
    {
        let answer = try await run("\(line)\n")
        #expect(answer.messages.contains("tscl FILE.sql"), "\(answer)")
    }

    /// Where it went to the other server, what comes next goes there or nowhere.
    @Test func otherFailuresAreGoneOnBehind() async throws {
        let answer = try await run("nothing\nINSERT INTO t VALUES (1);\n")
        #expect(canned.toAccessNode.contains { $0.hasPrefix("INSERT") }, "\(answer)")
    }
}
