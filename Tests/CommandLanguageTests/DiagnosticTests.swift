import CommandLanguage
import LanguageProperties
import Testing

@Suite struct DiagnosticTests {
    @Test func theContractsExample() {
        let lines = String(repeating: "\n", count: 11)
        let (_, diagnostics) = Parser.parse(
            SourceText(name: "grow.tscl", lines + "node add dn3 --hots db3\n"), table: table)
        #expect(
            diagnostics.map { $0.text() }.joined() == """
                grow.tscl:12:14: error: unknown option --hots
                   12 | node add dn3 --hots db3
                      |              ^~~~~~
                   help: did you mean --host?

                """)
    }

    private func shown(_ text: String, _ start: Int, _ end: Int, help: String? = nil, firstLine: Int = 1) -> String {
        Diagnostic("m", at: Span(start, end), in: SourceText(name: "t", text, firstLine: firstLine), help: help).text()
    }

    @Test func places() {
        #expect(shown("ab", 1, 2) == "t:1:2: error: m\n    1 | ab\n      |  ^\n")
        #expect(shown("ab", 1, 1) == "t:1:2: error: m\n    1 | ab\n      |  ^\n")
        #expect(shown("ab", 2, 2) == "t:1:3: error: m\n    1 | ab\n      |   ^\n")
        #expect(shown("ab\r\ncd\n", 0, 5) == "t:1:1: error: m\n    1 | ab\n      | ^~\n")
        #expect(shown("ab\ncd", 3, 5, firstLine: 99_999) == "t:100000:1: error: m\n 100000 | cd\n        | ^~\n")
        #expect(shown("é\té x", 5, 6) == "t:1:4: error: m\n    1 | é é x\n      |    ^\n")
        #expect(shown("\u{FEFF}ab", 4, 5) == "t:1:2: error: m\n    1 | ab\n      |  ^\n")
        #expect(shown("", 0, 0, help: "h") == "t:1:1: error: m\n   help: h\n")
        #expect(shown("a\n\nb", 2, 2) == "t:2:1: error: m\n")
        #expect(shown(String(repeating: "x", count: 401), 3, 4) == "t:1:4: error: m\n")
    }

    @Test func theCaretStandsBelowWideCharacters() {
        let source = SourceText(name: "t", "漢字 x漢")
        let text = Diagnostic("m", at: Span(7, 11), in: source).text {
            $0.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 2 : 1) }
        }
        #expect(text == "t:1:4: error: m\n    1 | 漢字 x漢\n      |      ^~~\n")
    }

    @Test func nothingIsShownThatATerminalObeys() {
        let source = SourceText(name: "a\u{1B}[2Jb", "x\u{1B}]0;\u{07}\u{9B}\u{202E}\u{7F}y")
        let text = Diagnostic("un\nknown \u{1B}c", at: Span(0, 1), in: source, help: "\r\u{0}").text()
        let controls = text.unicodeScalars.filter {
            ($0.value < 32 && $0 != "\n") || (127..<160).contains($0.value) || $0.value == 0x202E
        }
        #expect(controls.isEmpty)
        #expect(text.split(separator: "\n").count == 4)
    }

    @Test func aLongWordIsCitedByItsBeginning() {
        let word = String(repeating: "é", count: 200)
        #expect(
            reading(of: word) == [
                "1:1-201: unknown command \(word.prefix(80))… ('help' lists the commands)"
            ])
    }

    /// Positions out of the index are those that counting from the start gives, over the edges of its blocks.
    @Test func positionsInALongText() {
        var text = ""
        for line in 0..<120 { text += String(repeating: "é€x😀", count: line % 37) + (line % 3 == 0 ? "\r\n" : "\n") }
        let source = SourceText(name: "t", text)
        var line = 1
        var column = 1
        var offset = 0
        for scalar in text.unicodeScalars {
            let position = source.position(at: offset)
            #expect(position == (line, column))
            offset += scalar.utf8.count
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 1) }
        }
        #expect(source.position(at: offset) == (line, column))
        #expect(source.position(at: offset + 100) == (line, column))
        #expect(source.position(at: -1) == (1, 1))
    }

    @Test(arguments: [0, 1, 511, 512, 513, 1024])
    func textsOfTheLengthOfBlocks(_ length: Int) {
        let source = SourceText(name: "t", bytes: Array(repeating: UInt8(ascii: "x"), count: length))
        #expect(source.position(at: length) == (1, length + 1))
    }
}
