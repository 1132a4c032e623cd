import Rendering
import Testing

/// Whatever is in a value, a table stays a table.
@Suite struct HostileTextTests {
    private static let pieces = [
        "", "a", "plain text of some length", "\n", "\r\n", "\t", "\u{1B}[2J", "\u{9B}31m", "\u{202E}", "\u{2066}",
        "\u{0}", "\u{7F}", "\u{301}", "\u{200D}", "\u{FE0F}", "日本語", "👩‍🚀", "🇨", "1\u{FE0F}\u{20E3}", "\u{FEFF}", "\"",
        ",", "|", "\\", "\u{2028}",
    ]

    private static func table(seed: UInt64) -> Table {
        var generator = LinearCongruentialGenerator(state: seed)
        func text() -> String {
            (0..<Int.random(in: 0...4, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        }
        let columns = (0..<3).map { Table.Column(text(), $0 == 1 ? .right : .left) }
        let rows = (0..<5).map { _ in (0..<3).map { _ in Value.text(text()) } }
        return Table(columns: columns, rows: rows)
    }

    @Test(arguments: UInt64(0)..<200)
    func nothingReachesTheTerminalAndLinesStayAligned(seed: UInt64) {
        let table = HostileTextTests.table(seed: seed)
        for expanded in [TableStyle.Expanded.never, .always, .automatic] {
            for width in [nil, 30, 60] {
                let text = table.text(TableStyle(width: width, expanded: expanded))
                let lines = text.unicodeScalars.split(separator: "\n").map { String($0) }
                #expect(lines.allSatisfy { printable($0) == $0 })
                guard expanded == .never, let rule = lines.first(where: { $0.hasPrefix("--") }) else { continue }
                #expect(lines.allSatisfy { displayWidth(of: $0) <= displayWidth(of: rule) || $0.hasSuffix("rows)") })
                if let width { #expect(displayWidth(of: rule) <= width) }
            }
        }
        let json = JSON.array(table.rows.map { .array($0.map(\.json)) }).text
        #expect(printable(json) == json)
    }
}

/// The same numbers for the same seed, so that a failure can be looked at.
private struct LinearCongruentialGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
