import Rendering
import Testing

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0),
        ("dn1", 3),
        ("Zürich", 6),
        ("e\u{301}", 1),
        ("日本", 4),
        ("ｱ", 1),
        ("Ａ", 2),
        ("한국", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("שלום", 4),
        ("क्षि", 3),
        ("𠀀", 2),
        ("☃", 1),
        ("a\u{200B}b", 2),
        ("a\u{AD}b", 3),
        ("\u{0600}", 1),
        ("\u{1B}[1m\n", 3),
    ])
    func text(text: String, width: Int) {
        #expect(displayWidth(of: text) == width)
    }

    @Test(arguments: [
        ("😀", 2),
        ("⌚", 2),
        ("❤", 1),
        ("❤\u{FE0F}", 2),
        ("1\u{FE0F}\u{20E3}", 2),
        ("a\u{FE0F}", 1),
        ("1\u{200D}2", 2),
        ("👍🏽", 2),
        ("☝🏽", 2),
        ("🏽", 2),
        ("👩‍👩‍👧‍👦", 2),
        ("❤\u{200D}🔥", 2),
        ("🇨🇭", 2),
        ("🇨", 1),
        ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2),
        ("up 👩‍🚀!", 6),
    ])
    func emoji(text: String, width: Int) {
        #expect(displayWidth(of: text) == width)
    }
}
