import CannedServers
import CommandLanguage
import Shell
import Testing

@Suite struct PasswordOptionsTests {
    private func diagnostics(_ text: String) -> [Diagnostic] {
        Parser.parse(SourceText(name: "t", text), table: Catalogue.table).diagnostics
    }

    @Test(arguments: ["--password-prompt", "--password-env X", "--password-file f", "--password-stdin", ""])
    func oneOrNone(_ option: String) {
        #expect(diagnostics("role create app \(option)").isEmpty)
    }

    @Test func twoExcludeEachOtherAtTheSecond() {
        #expect(
            diagnostics("role create app --password-env X --login --password-stdin").map { $0.text() } == [
                """
                t:1:42: error: --password-stdin and --password-env exclude each other
                    1 | role create app --password-env X --login --password-stdin
                      |                                          ^~~~~~~~~~~~~~~~

                """
            ])
    }

    @Test(arguments: ["node add dn1 --host h", "role alter app"]) func everyCommandRefusesThem(_ command: String) {
        #expect(diagnostics("\(command) --password-prompt --password-stdin").count == 1)
    }

    @Test(arguments: ["role create app2 --everywhere", "role alter app", "node add dn9 --host h"])
    func aFileThatOthersCanReadIsRefused(_ command: String) async throws {
        let file = try TemporaryFile("open sesame\n", mode: 0o644)
        let canned = CannedCluster()
        let answer = try await canned.run("\(command) --password-file \(file.path)")
        #expect(answer.status == .usage || answer.status == .failed)
        #expect(answer.messages.contains("\(file.path) is not used: others can read or write"), "\(answer.messages)")
        #expect(answer.messages.contains("help: chmod 600 \(file.path); --password-stdin"), "\(answer.messages)")
        #expect(canned.servers.sent.allSatisfy { !$0.text.contains("PASSWORD") })
    }
}
