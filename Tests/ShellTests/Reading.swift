import CommandLanguage
import Shell
import Testing

/// The commands of a text that has no error.
func invocations(_ text: String) throws -> [Invocation] {
    let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: Catalogue.table)
    try #require(diagnostics.isEmpty, "\(diagnostics.map { $0.text() }.joined())")
    return try statements.map { statement in
        guard case .command(let invocation) = statement else { throw NoCommand() }
        return invocation
    }
}

struct NoCommand: Error {}

/// One command with its variables and braces replaced.
func arguments(_ text: String, _ variables: Variables = Variables()) throws -> Arguments {
    try Arguments(try #require(invocations(text).first), variables: variables)
}
