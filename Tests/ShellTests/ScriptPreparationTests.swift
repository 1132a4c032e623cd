import CommandLanguage
import Shell
import Testing

@Suite struct ScriptPreparationTests {
    @Test(arguments: [
        "node add a a --host h", "role create a --on b --everywhere", "role drop a a", "role sync a a",
        "node add a --host h --password-prompt --password-stdin", "sql --into 1v SELECT 1", "set 1v x", "node add a,",
    ])
    func whatIsWrongIsFound(_ text: String) throws {
        let source = SourceText(name: "t", "echo before\n\(text)\necho behind")
        #expect(try ScriptPreparation(Variables()).check([source]).count == 1)
    }
}
