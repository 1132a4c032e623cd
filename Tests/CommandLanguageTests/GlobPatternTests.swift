import CommandLanguage
import LanguageProperties
import Testing

@Suite struct GlobPatternTests {
    @Test(arguments: [
        ("dn*", "dn1", true), ("dn*", "dn", true), ("dn*", "xdn", false), ("*", "", true), ("", "", true),
        ("", "a", false),
        ("d?1", "dn1", true), ("d?1", "d1", false), ("?", "é", true), ("*n*1", "dn11", true), ("*n*1", "dn12", false),
        ("dn[1-3]", "dn2", true), ("dn[1-3]", "dn4", false), ("dn[!1-3]", "dn4", true), ("dn[^1-3]", "dn1", false),
        ("[]a]", "]", true), ("[!]a]", "]", false), ("[!]a]", "b", true), ("[a-]", "-", true), ("[ä-ü]", "ö", true),
        ("[z-a]", "b", false), ("dn[1", "dn[1", true), ("dn[]", "dn[]", true), ("\\*", "*", true), ("\\*", "a", false),
        ("a\\", "a\\", true), ("\\[a]", "[a]", true), ("Dn*", "dn1", false), ("*\u{301}", "e\u{301}", true),
    ])
    func matching(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(GlobPattern(pattern).matches(name) == expected)
    }

    @Test(arguments: ["", "dn1", "a*b?c[d]e\\f,g", "*\u{301}", ",\u{301}", "\\", "é€😀"])
    func anEscapedTextMatchesItselfAlone(_ text: String) {
        let pattern = GlobPattern.escaped(text)
        #expect(GlobPattern(pattern).matches(text))
        #expect(!GlobPattern(pattern).matches(text + "x"))
        #expect(GlobPattern.plainText(pattern) == text)
        #expect(GlobPattern.list(pattern) == [pattern])
    }

    @Test(arguments: [
        ("a", ["a"]), ("a,b*", ["a", "b*"]), ("", [""]), ("a,,b,", ["a", "", "b", ""]), ("a\\,b,c", ["a\\,b", "c"]),
        ("a\\\\,b", ["a\\\\", "b"]), ("a,\u{301}b", ["a", "\u{301}b"]),
    ])
    func lists(_ text: String, _ expected: [String]) { #expect(GlobPattern.list(text) == expected) }

    @Test(arguments: [("a*", nil), ("a?", nil), ("[a", nil), ("\\*a\\\\", "*a\\"), ("a\\", "a\\"), ("*\u{301}", nil)])
    func plainText(_ pattern: String, _ expected: String?) { #expect(GlobPattern.plainText(pattern) == expected) }
}
