import CommandLanguage
import LanguageProperties
import Testing

/// Blocks that are deep, long, or come in parts.
@Suite struct BlockTests {
    private func nested(_ depth: Int, _ head: String = "transaction {\n") -> String {
        String(repeating: head, count: depth) + "echo a\n" + String(repeating: "}\n", count: depth)
    }

    @Test(arguments: ["transaction {\n", "if a == b { ", "foreach n in nodes { ", "if a == b {} else {\n"])
    func depth(_ head: String) {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", nested(1000, head)), table: table)
        #expect(statements.count == 1 && diagnostics.isEmpty)
        #expect(statements.printed.utf8.count > 1000)
        var check = ScriptCheck(refusalInTransaction: { _, _ in nil })
        #expect(check.diagnostics(of: statements).count == (head == "transaction {\n" ? 999 : 0))
        let tooDeep = reading(of: nested(10_000, head) + "echo b")
        #expect(tooDeep.count == 2 && tooDeep.last == "echo [b]")
        #expect(tooDeep.first?.hasSuffix("blocks are nested more than 1000 deep") == true)
    }

    @Test func theFirstBraceThatIsTooDeepIsShown() {
        #expect(
            reading(of: nested(1001)) == ["1001:13-14: blocks are nested more than 1000 deep"])
        #expect(
            reading(of: String(repeating: "transaction {\n", count: 10_000)) == [
                "1001:13-14: blocks are nested more than 1000 deep",
                "1000:13-14: unclosed { (it and 9999 around it are open to the end of the input)",
            ])
    }

    @Test func strayBraces() {
        #expect(reading(of: String(repeating: "{ ", count: 10_000)).count == 10_002)
        #expect(reading(of: String(repeating: "} ", count: 10_000)).count == 2)
        #expect(reading(of: String(repeating: "else ", count: 10_000)).count == 1)
        #expect(reading(of: String(repeating: "if ", count: 100_000)).count == 1)
    }

    @Test func longBlocks() {
        let commands = String(repeating: "echo a\n", count: 30_000)
        #expect(reading(of: "transaction {\n\(commands)}").count == 1)
        #expect(reading(of: "transaction {\n\(String(repeating: "nod\n", count: 10_000))}").count == 10_000)
        let branches = String(repeating: "} else if a == b {\n", count: 20_000)
        let (statements, _) = Parser.parse(SourceText(name: "t", "if a == b {\n\(branches)}"), table: table)
        guard case .conditional(let conditional)? = statements.first else {
            Issue.record("no conditional")
            return
        }
        #expect(conditional.branches.count == 20_001)
        let word = String(repeating: "x", count: 1_000_000)
        #expect(reading(of: "foreach n in \(word) {}").first?.utf8.count ?? 0 > 1_000_000)
        #expect(reading(of: "if \(word) {}").count == 1)
        #expect(reading(of: "transaction { echo \(word) }").count == 1)
    }

    @Test(arguments: [
        "if node a up {\n\u{0}\n}", "foreach \u{0} in a {\n}", "transaction {\necho \u{0}\n} else {\n}",
    ])
    func nul(_ text: String) {
        let lines = reading(of: text + "\necho b")
        #expect(lines.last == "echo [b]")
        #expect(lines.contains { $0.hasSuffix("a NUL byte can't be in a command") })
    }

    @Test func bytesThatAreNoText() {
        let source = SourceText(name: "t", bytes: Array("if a == ".utf8) + [0xFF] + Array(" {\n}\necho b".utf8))
        #expect(
            reading(of: source) == [
                "1:9-10: the byte 0xFF is not UTF-8 (commands are read as UTF-8 and nothing else)", "echo [b]",
            ])
    }

    // MARK: In parts

    /// What a parser reads that gets the text line by line, each as a source of its own.
    private func readingOfParts(_ lines: [String]) -> (lines: [String], parsed: Int) {
        var parser: Parser?
        var pending = ""
        var readings: [String] = []
        var parsed = 0
        for (index, line) in lines.enumerated() {
            pending += line
            let source = SourceText(name: "t", bytes: Array(pending.utf8), firstLine: index + 1)
            parsed += pending.utf8.count
            let isFinal = index == lines.count - 1
            if parser == nil {
                parser = Parser(source, table: table, isFinal: isFinal)
            } else {
                parser?.resume(with: source, isFinal: isFinal)
            }
            steps: while let step = parser?.next() {
                switch step {
                case .statement(let statement): readings.append(statement.summary)
                case .failure(let diagnostics): readings += diagnostics.map(\.message)
                case .incomplete:
                    pending = String(decoding: source.bytes[(parser?.lineStart ?? 0)...], as: UTF8.self)
                    break steps
                case .end:
                    pending = ""
                    parser = nil
                    break steps
                }
            }
        }
        return (readings, parsed)
    }

    @Test func lineByLine() {
        let lines = [
            "if node a up {\n", "echo 1\n", "# c\n", "echo $$a\n", "b$$\n", "} else if node b up {\n", "SELECT\n",
            "1;\n", "} else {\n", "transaction { echo \\\n", "2 }\n", "}\n", "echo 3\n",
        ]
        #expect(
            readingOfParts(lines).lines == [
                "if node [a] up { echo [1]; echo ['a\nb'] } else if node [b] up { sql | SELECT\n1 } "
                    + "else { transaction { echo [2] } }", "echo [3]",
            ])
        #expect(
            readingOfParts(["transaction {\n", "nod\n", "}\n", "echo a"]).lines == ["unknown command nod", "echo [a]"])
        #expect(readingOfParts(["transaction {\n", "if a == b {\n", "}\n", ""]).lines == ["unclosed {"])
        #expect(readingOfParts(["transaction {\n", "nod\n", ""]).lines == ["unknown command nod", "unclosed {"])
    }

    /// A block that comes line by line is not read again with each line.
    @Test func noLineOfABlockIsReadTwice() {
        let lines = ["transaction {\n"] + Array(repeating: "echo ${x} }y\n", count: 5000) + ["}\n", ""]
        let (readings, parsed) = readingOfParts(lines)
        #expect(readings.count == 1)
        #expect(parsed == lines.reduce(0) { $0 + $1.utf8.count })
    }

    @Test(arguments: ["transaction {", "transaction {\n", "if a == b {\n}", "if a == b {\n} else {\n"])
    func incomplete(_ text: String) {
        var parser = Parser(SourceText(name: "t", text), table: table, isFinal: false)
        guard case .incomplete(.block) = parser.next() else {
            Issue.record("not incomplete")
            return
        }
    }
}
