import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// `include`: which text of a file runs, and when.
@Suite struct InclusionTests {
    private let faulty = "echo first\nnod list\necho second\n"

    @Test func nothingOfAFileWithFaultsRunsHoweverOftenItIsIncluded() async throws {
        let file = try TemporaryFile(faulty)
        let trial = try ShellTrial { $0.keepGoing = true }
        let answer = try await trial.run(input: "include \(file.path)\ninclude \(file.path)\n")
        #expect(answer.status == .usage && answer.data.isEmpty, "\(answer)")
        #expect(answer.messages.components(separatedBy: "unknown command nod").count == 3, "\(answer)")
        #expect(answer.messages.hasSuffix("2 of 2 commands failed\n"))
    }

    @Test func eachRunReadsTheFileAsItIsThen() async throws {
        let file = try TemporaryFile(faulty)
        let trial = try ShellTrial()
        #expect(try await trial.run("include \(file.path)").status == .usage)
        try "echo mended".write(toFile: file.path, atomically: false, encoding: .utf8)
        #expect(try await trial.run("include \(file.path)").data == "mended\n")
        try "echo edited".write(toFile: file.path, atomically: false, encoding: .utf8)
        #expect(try await trial.run("include \(file.path)").data == "edited\n")
        try faulty.write(toFile: file.path, atomically: false, encoding: .utf8)
        #expect(try await trial.run("include \(file.path)").status == .usage)
    }

    @Test func withinARunAFileIsReadOnce() async throws {
        let file = try TemporaryFile("echo checked")
        let gate = Gate()
        let canned = CannedCluster()
        canned["an1"].answer("ONE", .held(gate, .done("DONE")))
        let task = Task { try await ShellTrial(canned).run("sql ONE\ninclude \(file.path)") }
        await gate.isHolding(1)
        try faulty.write(toFile: file.path, atomically: false, encoding: .utf8)
        gate.open()
        #expect(try await task.value.data.hasSuffix("checked\n"))
    }
}
