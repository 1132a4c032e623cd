import CannedServers
import CommandLanguage
import MultiNode
import Postgres
import Rendering
import Shell
import SystemPackage
import Testing

/// While the server works on a statement that only reads, the answer before is shown, and the statement behind made ready.
@Suite(.timeLimit(.minutes(1))) struct AheadTests {
    private let canned = CannedCluster()

    init() {
        for number in 1...4 {
            canned["an1"].answer(Self.sql("SELECT \(number)"), .table(["n"], [[String(number)]]))
        }
        canned["an1"].answer("INSERT INTO t VALUES (1)", .done("INSERT 0 1"))
        canned["an1"].answer("SELECT bad", .refused("no such column", sqlstate: "42703"))
    }

    private static func sql(_ text: String) -> SQL { SQL(text: text, shown: text) }

    private func lines(_ statements: String...) -> String { statements.map { $0 + ";\n" }.joined() }

    private func trial(_ configure: @escaping (inout Settings) -> Void = { _ in }) throws -> ShellTrial {
        try ShellTrial(canned) { settings in
            settings.format = .csv
            configure(&settings)
        }
    }

    @Test func answersComeInTheOrderOfTheirStatements() async throws {
        let script = lines("SELECT 1", "SELECT 2", "INSERT INTO t VALUES (1)", "SELECT 3", "SELECT 4")
        let fromFile = try await trial().run(script)
        #expect(fromFile.status == .done && fromFile.data == "n\n1\nn\n2\nn\n3\nn\n4\n", "\(fromFile)")
        let fromInput = try await trial().run(input: script)
        #expect(fromInput.status == .done && fromInput.data == fromFile.data, "\(fromInput)")
        #expect(fromInput.messages == "INSERT 0 1\n" && fromFile.messages == fromInput.messages)
    }

    /// What is on its way has not been answered when the answer before is shown.
    @Test func theNextQuestionIsOnItsWayBeforeAnAnswerIsShown() async throws {
        let gate = Gate()
        canned["an1"].answer("SELECT 2", .held(gate, .table(["n"], [["2"]])))
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        let trial = try ShellTrial(canned, to: pipe.writeEnd) { $0.format = .csv }
        let script = lines("SELECT 1", "SELECT 2")
        let run = Task { try await trial.run(script) }
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = try buffer.withUnsafeMutableBytes { try pipe.readEnd.read(into: $0) }
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "n\n1\n")
        await canned.servers.receive("SELECT 2")
        gate.open()
        #expect(try await run.value.status == .done)
        try pipe.writeEnd.close()
    }

    @Test func nothingRunsBehindAFailure() async throws {
        let script = lines("SELECT 1", "SELECT bad", "SELECT 2")
        for answer in [try await trial().run(script), try await trial().run(input: script)] {
            #expect(answer.status == .failed && answer.data == "n\n1\n", "\(answer)")
            #expect(answer.messages.contains("no such column"))
        }
        #expect(canned.toAccessNode.count { $0 == "SELECT 2" } == 0)
        let all = try await trial { $0.keepGoing = true }.run(script)
        #expect(all.data == "n\n1\nn\n2\n", "\(all)")
    }

    /// Nothing is changed behind an answer that nobody reads.
    @Test func whatChangesSomethingWaitsUntilTheAnswerBeforeItIsWritten() async throws {
        let pipe = try FileDescriptor.pipe()
        try pipe.readEnd.close()
        defer { try? pipe.writeEnd.close() }
        let script = lines("SELECT 1", "INSERT INTO t VALUES (1)", "SELECT 2")
        let trial = try ShellTrial(canned, to: pipe.writeEnd) { $0.format = .csv }
        _ = try await trial.run(script)
        #expect(canned.toAccessNode.contains("SELECT 1"))
        #expect(!canned.toAccessNode.contains { $0.hasPrefix("INSERT") || $0 == "SELECT 2" })
    }

    @Test func whatAVariableIsWhenItsTurnHasComeCounts() async throws {
        let script = "set x 1\nSELECT :'x';\nset x 2\nSELECT :'x';\nSELECT 3;\n"
        for value in ["1", "2"] {
            canned["an1"].answer(Self.sql("SELECT '\(value)'"), .table(["n"], [[value]]))
        }
        #expect(try await trial().run(script).data == "n\n1\nn\n2\nn\n3\n")
        #expect(try await trial().run(input: script).data == "n\n1\nn\n2\nn\n3\n")
    }

    /// What is wrong with a statement is told behind the answers before it.
    @Test func aFaultIsToldInItsTurn() async throws {
        let answer = try await trial().run(input: lines("SELECT 1", "SELECT :'missing'", "SELECT 2"))
        #expect(answer.data == "n\n1\n" && answer.status != .done, "\(answer)")
        #expect(answer.messages.contains("missing"))
        #expect(!canned.toAccessNode.contains("SELECT 2"))
    }

    /// What a statement reports besides comes behind the answer before.
    @Test func noticesStandBehindTheAnswerBefore() async throws {
        canned["an1"].answer(
            "SELECT 2",
            .noticed(ServerMessage(severity: "NOTICE", sqlstate: "00000", message: "heard"), .table(["n"], [["2"]])))
        let shown = try Capture()
        let session = Session(
            ConnectionTarget(CannedCluster.parameters),
            output: Output(data: shown.descriptor, messages: shown.descriptor), connector: canned.servers)
        let source = SourceText(name: "t", lines("SELECT 1", "SELECT 2"))
        let (statements, faults) = Parser.parse(source, table: Catalogue.table)
        #expect(try await session.run(statements, faults: faults) == 0)
        let text = try shown.take()
        let first = try #require(text.firstRange(of: " 1\n"))
        let notice = try #require(text.firstRange(of: "heard"))
        #expect(first.lowerBound < notice.lowerBound, "\(text)")
    }
}
