import LanguageProperties
import Testing

/// What holds of every text holds of such as are put together by chance.
@Suite struct RandomTextTests {
    private static let tokens = [
        "node", "add", "list", "attach", "echo", "set", "exec", "sql", "SELECT", "Values", "show", "dn1", "--host",
        "--host=",
        "--on", "--to", "--", "--secret", "--port", "--hots", "=", "'", "''", "\"", "\\", "\\\n", "\\\r\n", "\r",
        "\r\n", "\n", " ",
        " ", " ", "\t", ";", "#", "$", "$$", "$a$", "${", "${x}", "${x:-", "}", "{", "{a,b}", "{1..3}", "{1..", ",",
        "..", "/*", "if", "not", "foreach", "in", "nodes", "transaction", "include", "wait", "until", "assert", "sleep",
        "else", "try", "finally", "lock", "rows", "query", "and", "or", "<", ">=", "10GB", "5m", "${x:?",
        "${script.dir}", "BEGIN",
        "create", "FUNCTION", "atomic", "END", "LOCK TABLE", "$$ SELECT 1 $$", "/* */", "-- ", " { ", " } ", "{\n",
        "\n}", "==", "cluster", "healthy", "up", "role",
        "*/", "--\n", ":'x'", ":\"x\"", "::", ":", "E'", "e'\\''", "é", "€", "😀", "\u{301}", "\0", "\u{FEFF}", "*", "[",
        "]", "1", "x",
    ]

    @Test(arguments: 0..<8)
    func soup(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        for _ in 0..<500 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...40, using: &generator) {
                if Int.random(in: 0..<200, using: &generator) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                } else if let token = Self.tokens.randomElement(using: &generator) {
                    bytes += Array(token.utf8)
                }
            }
            #expect(ReadingProperties.violations(of: bytes) == [], "\(bytes)")
        }
    }
}

/// Numbers by chance that are the same in every run (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
