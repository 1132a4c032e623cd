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
}
