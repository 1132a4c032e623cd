import CommandLanguage
import LanguageProperties
import Testing

/// The two lines of psql's between which pg_dump writes a dump.
@Suite struct RestrictionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let reading: [String]

        init(_ text: String, _ reading: String...) {
            self.text = text
            self.reading = reading
        }

        var testDescription: String { text.debugDescription }
    }

    @Test(arguments: [
        Row("\\restrict aB1\nSELECT 1;\n\\unrestrict aB1\necho a\n", "sql | SELECT 1", "echo [a]"),
        Row("\\restrict a \r\n-- c\n\\unrestrict a\r\necho a", "echo [a]"),
        // Only SQL is read, and it goes on to what ends it.
        Row("\\restrict a\nnode list\n\\unrestrict a\necho a", "error: only SQL runs behind \\restrict", "echo [a]"),
        Row("\\restrict a\nset x 1\n}\nSET x = 1;", onlySQL, onlySQL, "sql | SET x = 1"),
        Row("\\restrict a\n\\restrict b", onlySQL), Row("\\restrict a\nif a == b {", onlySQL, "error: unclosed {"),
        Row("\\restrict a\n\\! ls", onlySQL), Row("\\restrict a\necho a", onlySQL),
        Row(
            "\\restrict a\n\\unrestrict b\necho a", "error: this is not the key of the \\restrict", onlySQL),
        Row("\\unrestrict a", "error: \\unrestrict ends a \\restrict, and there is none"),
        Row("\\restrict", "error: \\restrict needs a key"), Row("\\restrict a b", "error: \\restrict needs a key"),
        Row("\\restricted a", "error: unknown command \\restricted"),
        Row("\\restrict a\nSELECT '${x}';\n\\unrestrict a\necho a", "sql | SELECT '${x}'", "echo [a]"),
        Row("\\restrict a\n\\connect b", onlySQL),
        // Rows are data, whatever they look like.
        Row("\\restrict a\nCOPY t FROM stdin;\n\\unrestrict a\n\\.\necho a", "sql | COPY t FROM stdin", onlySQL),
        // A block can't begin or end with it.
        Row("if a == b {\n\\restrict a\n}", "error: unknown command \\restrict"),
    ])
    func reading(_ row: Row) {
        let reading = LanguageProperties.reading(of: row.text).map { line in
            line.replacing(#/^[0-9:-]+: /#, with: "error: ").replacing(#/ \([^(]*\)$/#, with: "")
        }
        #expect(reading == row.reading)
        #expect(ReadingProperties.violations(of: Array(row.text.utf8)) == [])
    }

    private static let onlySQL = "error: only SQL runs behind \\restrict"
}
