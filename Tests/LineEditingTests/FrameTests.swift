import LineEditing
import Platform
import Testing
import Terminals

@Suite
struct FrameTests {
    private func frame(
        _ text: String, cursor: Int? = nil, columns: Int = 10, prompt: Prompt = Prompt("> ", continuation: ". ")
    ) -> Frame {
        let text = Array(text.unicodeScalars)
        return Frame(
            prompt: prompt, text: text, cursor: cursor ?? text.count, columns: columns, charset: .utf8)
    }

    private func lines(_ frame: Frame) -> [String] {
        frame.rows.map { $0.map(\.text).joined() }
    }

    @Test(arguments: [
        ("", ["> "]), ("ab", ["> ab"]), ("a\nb", ["> a", ". b"]), ("12345678", ["> 12345678", ""]),
        ("123456789", ["> 12345678", "9"]), ("1234567数", ["> 1234567", "数"]), ("a\tb", ["> a     b"]),
        ("a\u{1}\u{7f}", ["> a^A^?"]), ("e\u{301}", ["> e\u{301}"]), ("\n\n", ["> ", ". ", ". "]),
        ("\u{85}\u{202e}", ["> \\u0085\\u", "202E"]),
    ])
    func `text is laid out in rows`(text: String, rows: [String]) {
        #expect(lines(frame(text)) == rows)
    }

    @Test(arguments: [
        ("abc", 1, 0, 3), ("12345678", 8, 1, 0), ("a\nbc", 3, 1, 3), ("1234567数", 7, 1, 0), ("a\nb", 1, 0, 3),
    ])
    func `the cursor is where the next character goes`(text: String, offset: Int, row: Int, column: Int) {
        let cursor = frame(text, cursor: offset).cursor
        #expect((cursor.row, cursor.column) == (row, column))
    }

    @Test
    func `a prompt keeps its colours and nothing else`() {
        let prompt = Prompt("\u{1b}[1m\u{1b}[31ma\u{1b}[0mb\u{1b}[2J\u{7}\u{1b}[32m", continuation: "")
        let frame = frame("c", prompt: prompt)
        #expect(lines(frame) == ["abc"])
        #expect(frame.rows[0].map(\.style) == ["\u{1b}[1m\u{1b}[31m", "", ""])
    }

    @Test
    func `a prompt may have several lines`() {
        #expect(lines(frame("c", prompt: Prompt("one\ntwo> ", continuation: ""))) == ["one", "two> c"])
    }

    @Test
    func `the rows around the cursor are kept where not all fit`() {
        let text = "1\n2\n3\n4\n5"
        #expect(lines(frame(text).clipped(to: 2)) == [". 4", ". 5"])
        let middle = frame(text, cursor: 4).clipped(to: 2)
        #expect(lines(middle) == [". 2", ". 3"])
        #expect(middle.cursor.row == 1)
        #expect(lines(frame(text, cursor: 0).clipped(to: 2)) == ["> 1", ". 2"])
        #expect(frame(text).clipped(to: 5) == frame(text))
    }

    /// Whatever was shown before: what is written for a change leaves the screen as a first drawing would.
    @Test(arguments: [true, false])
    func `changes leave the screen as if drawn afresh`(hasEscapes: Bool) {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ab 数\n\t\u{301}é".unicodeScalars)
        for _ in 0..<60 {
            var screen = Screen(hasEscapes: hasEscapes)
            let (columns, height) = (Int.random(in: 6...14), Int.random(in: 2...6))
            var model = TerminalModel(columns: columns, height: height)
            var text: [Unicode.Scalar] = []
            for _ in 0..<40 {
                let place = Int.random(in: 0...text.count, using: &generator)
                switch Int.random(in: 0..<5) {
                case 0: text.removeSubrange(place..<min(text.count, place + 4))
                case 1: text = Array(text.prefix(place))
                default: text.insert(alphabet[Int.random(in: 0..<alphabet.count)], at: place)
                }
                let cursor = Int.random(in: 0...text.count, using: &generator)
                let frame = Frame(
                    prompt: Prompt("\u{1b}[1m>\u{1b}[0m ", continuation: ". "), text: text, cursor: cursor,
                    columns: screen.usableColumns(of: columns), charset: .utf8)
                let size = TerminalSize(columns: columns, rows: height)
                model.feed(screen.draw(frame, on: size).utf8)

                var fresh = Screen(hasEscapes: hasEscapes)
                var expected = TerminalModel(columns: columns, height: height)
                expected.feed(fresh.draw(frame, on: size).utf8)
                let context: Comment = "\(text) at \(cursor), \(columns)x\(height)"
                #expect(model.column == expected.column, context)
                #expect(model.line == expected.line, context)
                if hasEscapes { #expect(model.lines == expected.lines, context) }
            }
        }
    }

    @Test
    func `only what changed is written`() {
        var screen = Screen(hasEscapes: true)
        let size = TerminalSize(columns: 10, rows: 5)
        #expect(screen.draw(frame("ab"), on: size) == "> ab")
        #expect(screen.draw(frame("abc"), on: size) == "c")
        #expect(screen.draw(frame("abc"), on: size) == "")
        #expect(screen.draw(frame("ab"), on: size) == "\u{1b}[1D\u{1b}[K")
        #expect(screen.erase() == "\r\u{1b}[J")
    }

    @Test(
        arguments: [
            ([0x61], "a"), ([0xc3, 0xa9], "é"), ([0xf0, 0x9f, 0x98, 0x80], "😀"), ([0xff], "\u{fffd}"),
            ([0xc3, 0x61], "a"), ([0xe2, 0x82, 0xc3, 0xa9], "é"), ([0xed, 0xa0, 0x80], "\u{fffd}"),
        ] as [([UInt8], Unicode.Scalar)])
    func `bytes become characters`(bytes: [UInt8], character: Unicode.Scalar) {
        var decoder = UTF8Decoder()
        #expect(bytes.compactMap { decoder.decode($0) } == [character])
    }
}
