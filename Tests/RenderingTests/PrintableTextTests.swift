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
        ("d\u{200B}n\u{AD}1\u{FEFF}\u{2060}\u{3164}", "d\\u200Bn\\u00AD1\\uFEFF\\u2060\\u3164"),
        ("dn1\u{E0041}", "dn1\\U000E0041"), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        // A joiner belongs between letters of Persian and in emoji.
        ("d\u{200D}n1\u{200C}", "d\\u200Dn1\\u200C"), ("می\u{200C}خواهم", "می\u{200C}خواهم"),
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
