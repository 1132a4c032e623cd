import Rendering
import Testing

@Suite struct PrintableTextTests {
    @Test(arguments: [
        ("", ""),
        ("plain \\ text", "plain \\ text"),
        ("日本 👩‍🚀 é", "日本 👩‍🚀 é"),
        ("a\tb\r\nc", "a\\tb\\r\\nc"),
        ("\u{1B}]0;title\u{7}", "\\x1B]0;title\\x07"),
        ("\u{0}\u{7F}", "\\x00\\x7F"),
        ("\u{9B}31m", "\\u009B31m"),
        ("user\u{202E}txt.exe", "user\\u202Etxt.exe"),
        ("\u{2066}\u{2069}\u{200F}\u{061C}", "\\u2066\\u2069\\u200F\\u061C"),
        ("\u{2028}\u{2029}", "\\u2028\\u2029"),
    ])
    func escapes(text: String, shown: String) {
        #expect(printable(text) == shown)
    }

    @Test func noControlIsLeft() {
        let controls = (UInt32(0)..<0x20).map { $0 } + (0x7F..<0xA0)
        for scalar in controls.compactMap(Unicode.Scalar.init) {
            let shown = printable("é" + String(scalar))
            #expect(!shown.unicodeScalars.contains(scalar))
        }
    }
}
