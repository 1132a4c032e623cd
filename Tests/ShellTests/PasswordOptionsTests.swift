import CommandLanguage
import Shell
import Testing

@Suite struct PasswordOptionsTests {
    @Test(arguments: ["--password-prompt", "--password-env X", "--password-file f", "--password-stdin", ""])
    func oneOrNone(_ option: String) throws {
        try PasswordOptions.check(arguments("role create app \(option)"))
    }

    @Test func twoExcludeEachOtherAtTheSecond() throws {
        let arguments = try arguments("role create app --password-env X --login --password-stdin")
        let error = #expect(throws: Diagnostic.self) { try PasswordOptions.check(arguments) }
        #expect(
            error?.text() == """
                t:1:42: error: --password-stdin and --password-env exclude each other
                    1 | role create app --password-env X --login --password-stdin
                      |                                          ^~~~~~~~~~~~~~~~

                """)
    }

    @Test func theCommandRefusesThem() throws {
        let arguments = try arguments("node add dn1 --host h --password-prompt --password-stdin")
        #expect(throws: Diagnostic.self) { try Catalogue.command(arguments) }
    }
}
