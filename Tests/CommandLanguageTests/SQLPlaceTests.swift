import CommandLanguage
import LanguageProperties
import Testing

/// Where in a command it was written what a server says is wrong at a character of a statement.
@Suite struct SQLPlaceTests {
    struct Example: Sendable {
        let written: String
        /// What stands at the character in the SQL that is sent, and in what was written; nil where that can't be told.
        let sent: String
        let word: String?
        /// Which of the places it is where the same is written.
        var time = 1

        init(_ written: String, _ sent: String, _ word: String?, time: Int = 1) {
            (self.written, self.sent, self.word, self.time) = (written, sent, word, time)
        }
    }

    @Test(arguments: [
        Example("sql SELEC 1", "SELEC", "SELEC"),
        Example("sql SELECT é, ü FROM x", "x", "x"),
        Example("sql SELECT 1 \\\n  + foo(2)", "foo", "foo"),
        Example("sql SELECT 1 \\\r\n  + foo(2)", "foo", "foo"),
        Example("sql $$\nSELECT 1,\n  foo(2)\n$$", "foo", "foo"),
        Example("sql $q$ SELECT foo $q$", "foo", "foo"),
        Example("sql 'SELECT foo'", "foo", "foo"),
        Example("sql \"SELECT foo\"", "foo", "foo"),
        Example("SELECT 1,\n foo(2);", "foo", "foo"),
        Example("sql SELECT \"a b\" + 1", "\"a b\"", "\"a b\""),
        Example("sql SELECT 'a b' + 1", "'a b'", "'a b'"),
        Example("sql SELECT 'a b", "'a b", nil),
        Example("sql SELECT * FROM :\"x\" WHERE foo", "\"a \"\"x\"\"\"", ":\"x\""),
        Example("sql SELECT :'x', foo FROM :\"x\" WHERE bar", "bar", "bar"),
        Example("sql SELECT :'x', foo FROM :\"x\" WHERE bar", "foo", "foo"),
        Example("sql SELECT ((1)", ")", ")", time: 2),
        // What an escape stood for is not what was written.
        Example("sql 'SELECT foo, ''a'', bar'", "foo", "foo"),
        Example("sql 'SELECT foo, ''a'', bar'", "bar", nil),
    ])
    func word(_ example: Example) throws {
        let literal = { (text: String) in "'\(text)'" }
        let identifier = { (text: String) in "\"\(text.replacing("\"", with: "\"\""))\"" }
        guard let invocation = try? invocation(example.written) else { return #expect(example.word == nil) }
        let arguments = try Arguments(invocation, variables: variables(["x": "a \"x\""]))
        let sql = try #require(try arguments.sql(literal: literal, identifier: identifier)).text
        let place = try #require(sql.firstRange(of: example.sent)).lowerBound
        let character = sql.unicodeScalars.distance(from: sql.startIndex, to: place) + 1
        let span = arguments.span(ofCharacter: character, literal: literal, identifier: identifier)
        #expect(span.map(invocation.source.text) == example.word)
    }

    @Test func theEndIsAPlaceToo() throws {
        let arguments = try Arguments(try invocation("sql SELECT 1 + # 2"), variables: Variables())
        let end = "SELECT 1 + # 2".count
        let quoting = { (text: String) in text }
        for (character, expected) in [(end + 1, Span(18, 18)), (end + 2, nil), (0, nil), (-1, nil)] {
            #expect(arguments.span(ofCharacter: character, literal: quoting, identifier: quoting) == expected)
        }
    }
}
