import CannedServers
import Foundation
import Shell
import Testing

@testable import CommandLanguage

/// Where a script's paths begin.
@Suite struct ScriptFolderTests {
    private func run(_ script: String, in folder: String) async throws -> ShellTrial.Answer {
        let trial = try ShellTrial()
        let text = SourceText(name: folder + "/a.tscl", script)
        let (statements, faults) = Parser.parse(text, table: Catalogue.table)
        let status = try await trial.session.run(statements, faults: faults)
        return try trial.answer(status)
    }

    @Test func theFolderIsAVariable() async throws {
        #expect(
            try await run("echo ${script.dir}/x ${script.dir:-y}", in: "some/where").data == "some/where/x some/where\n"
        )
        #expect(try await CannedCluster().run("echo ${script.dir}").data == ".\n")
        #expect(SourceText(name: "/a.tscl", "").folder == "/" && SourceText(name: "<stdin>", "").folder == ".")
    }

    @Test func filesAreLookedForInIt() async throws {
        let file = try TemporaryFile("secret\n")
        let path = URL(fileURLWithPath: file.path)
        let (folder, name) = (path.deletingLastPathComponent().path, path.lastPathComponent)
        let found = try await run("role alter app --password-file \(name) --dry-run", in: folder)
        #expect(found.status == .done, "\(found)")
        let given = try await run("set f \(name)\nrole alter app --password-file ${f} --dry-run", in: folder)
        #expect(given.messages.contains("\(name): No such file or directory"), "\(given)")
        let absolute = try await run("role alter app --password-file ${script.dir}/\(name) --dry-run", in: folder)
        #expect(absolute.status == .done, "\(absolute)")
    }

    @Test func aMissingArgumentIsToldByItsText() async throws {
        let answer = try await CannedCluster().run("echo a\necho ${1:?usage: x.tscl NODE}")
        #expect(answer.status == .usage && answer.data.isEmpty, "\(answer)")
        #expect(answer.messages.hasPrefix("t:2:6: error: usage: x.tscl NODE\n"), "\(answer)")
        let empty = try await CannedCluster().run("set x ''\necho ${x:?it is empty}")
        #expect(empty.status == .failed && empty.messages.contains("error: it is empty"), "\(empty)")
    }
}
