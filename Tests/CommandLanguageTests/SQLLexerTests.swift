import CommandLanguage
import Testing

@Suite struct SQLLexerTests {
    /// The kind and text of each token.
    private func tokens(_ text: String) -> [String] {
        var lexer = SQLLexer(text)
        var tokens: [String] = []
        while let token = lexer.next() { tokens.append("\(token.kind) \(lexer.text(of: token))") }
        return tokens
    }

    @Test(arguments: [
        Case("", []), Case(" -- a\n /* b /* c */ */ ", []),
        Case("SELECT a1$b;", ["word SELECT", "word a1$b", "semicolon ;"]),
        Case("f(1.5e3)", ["word f", "openParenthesis (", "number 1", "other .", "number 5e3", "closeParenthesis )"]),
        Case("'a''b' 'c\\'", ["string 'a''b'", "string 'c\\'"]),
        Case("E'it\\'s' xE'a\\'", ["string E'it\\'s'", "word xE", "string 'a\\'"]),
        // What continues a string is read by the rules of its first part.
        Case("E'a'\n'\\'' ; b", ["string E'a'\n'\\''", "semicolon ;", "word b"]),
        Case("E'a' -- b\r '\\''c", ["string E'a' -- b\r '\\''", "word c"]),
        Case("E'a' '\\'", ["string E'a'", "string '\\'"]),
        Case("E'a'\n,'\\'", ["string E'a'", "other ,", "string '\\'"]),
        Case("'a'\n'\\'", ["string 'a'", "string '\\'"]),
        Case("U&\"d;\" \"q\"\"r\"", ["word U", "other &", "identifier \"d;\"", "identifier \"q\"\"r\""]),
        Case("$$ ; $$ $x$ $$ $x$", ["string $$ ; $$", "string $x$ $$ $x$"]),
        // A dollar sign belongs to the word before it, and not to a number.
        Case("a$$ b", ["word a$$", "word b"]), Case("$1$$x$$", ["other $", "number 1", "string $$x$$"]),
        Case(":'x' :\"y\" a::\"b\"", ["variable :'x'", "variable :\"y\"", "word a", "other ::", "identifier \"b\""]),
        Case(":'' : 'x'", ["other :", "string ''", "other :", "string 'x'"]),
        Case("- / \\ \u{E9}t\u{E9}", ["other -", "other /", "other \\", "word \u{E9}t\u{E9}"]),
        Case("-- a\rb", ["word b"]),
        Case("a 'b", ["word a", "unclosed(CommandLanguage.SQLLexer.Part.string) 'b"]),
        Case("\"a", ["unclosed(CommandLanguage.SQLLexer.Part.identifier) \"a"]),
        Case("$a$ $b$", ["unclosed(CommandLanguage.SQLLexer.Part.dollarString) $a$ $b$"]),
        Case("/* /* */", ["unclosed(CommandLanguage.SQLLexer.Part.comment) /* /* */"]),
        Case("E'\\", ["unclosed(CommandLanguage.SQLLexer.Part.string) E'\\"]),
    ])
    func tokens(_ row: Case) { #expect(tokens(row.text) == row.expected) }

    @Test(arguments: [
        ("SELECT 1", "SELECT 1;"), ("SELECT 1 ;", "SELECT 1 ;"), ("SELECT 1; -- x", "SELECT 1; -- x"),
        ("SELECT 1 -- x", "SELECT 1 -- x\n;"), ("SELECT 1 /* ; */", "SELECT 1 /* ; */;"), ("SELECT ';'", "SELECT ';';"),
        ("", ";"),
    ])
    func terminated(_ text: String, _ expected: String) { #expect(SQLLexer.terminated(text) == expected) }
}

extension Case {
    fileprivate init(_ text: String, _ expected: [String]) {
        self.text = text
        self.expected = expected
    }
}
