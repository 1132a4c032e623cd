import CommandLanguage
@testable import MultiNode
import Shell
import Testing

/// What is advised can be done: each command that a remedy quotes is one that there is.
@Suite struct RemedyCommandTests {
    /// What stands between single quotes, SQL's own strings apart.
    private static let quoted = Remedy.all.flatMap { advice in
        advice.matches(of: /(?:^|[\s(])'([^']+)'/).map { String($0.1) }
    }.filter { $0 != "dist_uuid" }

    @Test func remediesQuoteCommands() {
        #expect(Self.quoted.count > 20)
    }

    @Test(arguments: Set(quoted).sorted()) func aQuotedCommandExists(_ text: String) {
        if Catalogue.table.command(named: text) != nil { return }
        let parsed = Parser.parse(SourceText(name: "remedy", text), table: Catalogue.table)
        #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.message))")
        #expect(parsed.statements.count == 1)
    }
}
