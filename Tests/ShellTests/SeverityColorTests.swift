@testable import Shell
import Testing

/// Errors are red and warnings yellow, by the word that says so.
@Suite struct SeverityColorTests {
    @Test(arguments: [
        ("error: it failed", "\u{1B}[31merror:\u{1B}[0m it failed"),
        ("warning: [dn1] it may", "\u{1B}[33mwarning:\u{1B}[0m [dn1] it may"),
        ("grow.tscl:12:14: error: no", "grow.tscl:12:14: \u{1B}[31merror:\u{1B}[0m no"),
        ("<command 1>:1:1: warning: error: no", "<command 1>:1:1: \u{1B}[33mwarning:\u{1B}[0m error: no"),
        ("note: an error: no", "note: an error: no"), ("  detail: error: x", "  detail: error: x"), ("", ""),
        ("x: error: y", "x: error: y"),
    ])
    func theWordIsColoured(_ line: String, _ expected: String) {
        #expect(SeverityColor.coloring(line) == expected)
    }
}
