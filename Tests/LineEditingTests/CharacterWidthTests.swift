import Rendering
import Testing

@testable import LineEditing

/// A line is as wide at the prompt as in a table.
@Suite
struct CharacterWidthTests {
    private func width(_ text: String) -> Int {
        let frame = Frame(
            prompt: Prompt("", continuation: ""), text: Array(text.unicodeScalars), cursor: 0, columns: .max / 2,
            charset: .utf8)
        return frame.rows[0].width
    }

    @Test(arguments: [
        "", "dn1", "Zürich", "e\u{301}", "日本", "ｱ", "한국", "\u{1112}\u{1161}\u{11AB}", "क्षि", "☃",
        "😀", "❤", "❤\u{FE0F}", "1\u{FE0F}\u{20E3}", "👍🏽", "☝🏽", "👩‍👩‍👧‍👦", "❤\u{200D}🔥", "🇨🇭", "🇨", "🇨🇭🇩",
        "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "up 👩‍🚀!",
    ])
    func `a character is as wide as in a table`(text: String) {
        #expect(width(text) == displayWidth(of: text))
        #expect(width("❯ \(text)x") == displayWidth(of: "❯ \(text)x"))
    }

    @Test
    func `so is any text`() {
        let alphabet = Array(
            "a1é\u{301}\u{903}क्ष数한\u{1161}❤☝👩🏽🇨🇭🚀\u{FE0F}\u{200D}\u{20E3}\u{600}".unicodeScalars)
        for _ in 0..<5000 {
            let scalars = (0..<Int.random(in: 1...8)).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
            #expect(width(scalars.asString) == displayWidth(of: printable(scalars.asString)), "\(scalars)")
        }
    }

    @Test(arguments: ["a\u{85}b", "\u{202E}", "dn\u{2028}1", "a\u{200B}b", "a\u{200D}b", "ᄀ\u{1160}"])
    func `what a terminal may obey is written out as in a table`(text: String) {
        #expect(width(text) == displayWidth(of: printable(text)))
    }

    @Test(arguments: [0, 1, 2, 3])
    func `the cursor never stands within a character`(offset: Int) {
        let text = Array("👩‍🚀x".unicodeScalars)
        let frame = Frame(
            prompt: Prompt("> ", continuation: ""), text: text, cursor: offset, columns: 10, charset: .utf8)
        #expect(frame.cursor.column == (offset == 0 ? 2 : 4))
    }
}
