import Rendering
import Testing

/// What can be read on a screen at once.
@Suite struct ScreenFitTests {
    @Test(arguments: [
        ("", true), ("a\n", true), ("a\nb\nc", true), ("a\nb\nc\n", true), ("a\nb\nc\nd", false), ("\n\n\n\n", false),
        // Wrapped, and as wide as the screen.
        ("1234567890\n1234567890\n1234567890\n", true), ("12345678901\nb\n", true), ("12345678901\nb\nc\n", false),
        // Five wide characters are fifteen bytes and ten cells.
        ("日本日本日\nb\nc\n", true), ("日本日本日本\nb\nc\n", false),
    ])
    func aLineIsLeftForThePrompt(text: String, isFitting: Bool) {
        #expect(fits(text, columns: 10, rows: 4) == isFitting)
    }

    @Test func aScreenWithoutRoomHoldsNothing() {
        #expect(!fits("a\n", columns: 10, rows: 1))
        #expect(!fits("a\n", columns: 10, rows: 0))
    }
}
