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

    /// As SQL would have it: the words would become names, in the open on every server.
    @Test(arguments: [
        "role create app --everywhere --login password hunter2", "role alter app --login PASSWORD 'hunter2'",
        "role create app pasword hunter2", "role create app identified by hunter2", "role create app password=hunter2",
        "node add dn9 --host h password hunter2", "role passfile app password hunter2",
    ])
    func aPasswordAmongTheNamesIsRefusedBeforeAnythingRuns(_ line: String) async throws {
        let canned = CannedCluster()
        let answer = try await canned.run("echo before\n\(line)")
        #expect(answer.status == .usage && answer.data.isEmpty && canned.servers.sent.isEmpty, "\(answer)")
        #expect(
            answer.messages.contains(":2:") && answer.messages.contains("error: a password is no word of a command"))
        #expect(answer.messages.contains("help: --password-prompt asks for it"), "\(answer)")
        #expect(!answer.messages.contains("hunter2"), "\(answer)")
    }

    @Test(arguments: ["role create password", "role create app password", "role create passport a", "role drop pw a"])
    func aRoleMayBeCalledSo(_ line: String) {
        #expect(ScriptPreparation(Variables()).prepare(statements(line)).faults.isEmpty)
    }

    private func statements(_ text: String) -> [Statement] {
        Parser.parse(SourceText(name: "t", text), table: Catalogue.table).statements
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
