import Shell
import Testing

/// How a format becomes a prompt.
@Suite struct PromptFormatTests {
    private func filled(_ text: String, _ values: [PromptFormat.Field: String]) throws -> String {
        try PromptFormat(text).filled { values[$0] ?? "" }
    }

    @Test func fieldsAreReplaced() throws {
        let values: [PromptFormat.Field: String] = [
            .database: "dist", .accessNode: "an1", .nodes: "3/4", .percent: "%",
        ]
        #expect(try filled("%/@%m (%N) 100%%> ", values) == "dist@an1 (3/4) 100%> ")
    }

    @Test func whatHasNothingToShowTakesItsBlankWithIt() throws {
        #expect(try filled("tscl %/ %N %e%x> ", [.database: "dist"]) == "tscl dist> ")
        #expect(try filled("tscl %/ %N %e%x> ", [.database: "dist", .emulated: "emulated"]) == "tscl dist emulated> ")
        #expect(try filled("tscl %/ %N %e%x> ", [.database: "d", .nodes: "1/2", .transaction: "*"]) == "tscl d 1/2*> ")
    }

    @Test func theStandardIsWhatItSays() throws {
        #expect(try PromptFormat(PromptFormat.standard.text) == .standard)
    }

    @Test func everyFieldIsReadBack() throws {
        for field in PromptFormat.Field.allCases {
            #expect(try filled("[%\(field.rawValue)]", [field: "x"]) == "[x]")
        }
    }

    @Test(arguments: [("%q> ", "%q"), ("100%", "%"), ("%é", "%é")])
    func unknownFieldsAreRefused(_ text: String, _ field: String) {
        #expect(throws: PromptFormat.Problem.unknownField(field)) { try PromptFormat(text) }
    }

    @Test(arguments: ["a\nb", "\u{1B}[31m", "\r\n", "\u{7F}"])
    func controlCharactersAreRefused(_ text: String) {
        #expect(throws: PromptFormat.Problem.controlCharacter) { try PromptFormat(text) }
    }
}
