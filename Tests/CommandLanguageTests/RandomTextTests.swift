import CommandLanguage
import Testing

/// Texts put together by chance: reading them always ends, and what is said of them lies inside them.
@Suite struct RandomTextTests {
    private static let tokens = [
        "node", "add", "list", "attach", "echo", "set", "exec", "sql", "SELECT", "Values", "show", "dn1", "--host",
        "--host=",
        "--on", "--to", "--", "--secret", "--port", "--hots", "=", "'", "''", "\"", "\\", "\\\n", "\\\r\n", "\r",
        "\r\n", "\n", " ",
        " ", " ", "\t", ";", "#", "$", "$$", "$a$", "${", "${x}", "${x:-", "}", "{", "{a,b}", "{1..3}", "{1..", ",",
        "..", "/*", "if", "not", "foreach", "in", "nodes", "transaction", "include", "wait", "until", "assert", "sleep",
        "else", " { ", " } ", "{\n", "\n}", "==", "cluster", "healthy", "up", "role",
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
            let source = SourceText(name: "t", bytes: bytes)
            for isFinal in [true, false] { read(source, isFinal: isFinal) }
            let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
            switch ArgumentWords(words).parse(table: table) {
            case .failure(let diagnostics): check(diagnostics)
            case .statement(let statement): checkPrinting(statement)
            case .incomplete, .end: break
            }
        }
    }

    private func read(_ source: SourceText, isFinal: Bool) {
        var parser = Parser(source, table: table, isFinal: isFinal)
        var end = 0
        while true {
            let before = parser.position
            let step = parser.next()
            #expect(parser.position <= source.bytes.count, "\(source.bytes)")
            switch step {
            case .statement(.command(let invocation)):
                #expect(parser.position > before, "\(source.bytes)")
                #expect(invocation.span.start >= end, "\(source.bytes)")
                end = invocation.span.end
                check(invocation, in: source)
                checkPrinting(.command(invocation))
            case .statement(let statement):
                #expect(parser.position > before, "\(source.bytes)")
                checkPrinting(statement)
            case .failure(let diagnostics):
                #expect(!diagnostics.isEmpty && parser.position > before, "\(source.bytes)")
                check(diagnostics)
            case .incomplete:
                #expect(!isFinal, "\(source.bytes)")
                return
            case .end:
                return
            }
            guard parser.position > before else { return }
        }
    }

    private func checkPrinting(_ statement: Statement) {
        #expect(reading(of: statement.printed + "\necho end") == [statement.summary, "echo [end]"])
    }

    private func check(_ invocation: Invocation, in source: SourceText) {
        let bounds = invocation.span
        let spans =
            (invocation.operands + invocation.options.flatMap(\.values)).map(\.span)
            + invocation.options.map(\.span) + (invocation.text.map { [$0.span] } ?? [])
        for span in spans {
            #expect(
                bounds.start <= span.start && span.start <= span.end && span.end <= bounds.end,
                "\(span) \(source.bytes)")
        }
        #expect(bounds.start <= bounds.end && bounds.end <= source.bytes.count, "\(source.bytes)")
        do {
            let arguments = try Arguments(invocation, variables: variables(["x": "v"]))
            _ = try arguments.sql(literal: { $0 }, identifier: { $0 })
        } catch {
            check([error])
        }
    }

    private func check(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            let span = diagnostic.span
            #expect(
                0 <= span.start && span.start <= span.end && span.end <= diagnostic.source.bytes.count,
                "\(diagnostic.message) \(span) \(diagnostic.source.bytes)")
            #expect(!diagnostic.message.isEmpty && diagnostic.text().hasSuffix("\n"))
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
