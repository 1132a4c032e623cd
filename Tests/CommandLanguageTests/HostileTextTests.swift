import CommandLanguage
import LanguageProperties
import Testing

/// Texts made to be slow, deep or endless. Each ends, and in a time that grows with its length alone: with quadratic
/// work in them these tests would take hours.
@Suite struct HostileTextTests {
    private func repeated(_ text: String, _ count: Int, before: String = "", after: String = "") -> String {
        before + String(repeating: text, count: count) + after
    }

    @Test func nestedBraces() {
        #expect(
            reading(of: repeated("{", 10_000, before: "echo ")) == [
                "1:10-11: braces are nested too deeply (quote a { that is text)"
            ])
        #expect(reading(of: repeated("{a,", 10_000, before: "echo ")).count == 1)
        #expect(reading(of: repeated("{}", 100_000, before: "echo ")).count == 1)
        #expect(reading(of: repeated("{a{b{c{d", 1, before: "echo ", after: repeated("{1..2}{x}", 50_000))).count == 1)
    }

    @Test func manyAlternatives() throws {
        let word = repeated("a,", 100_000, before: "{", after: "}")
        #expect(reading(of: "echo " + word).count == 1)
        #expect(try echoed(word) == [word])
    }

    @Test func oneLongWord() throws {
        let word = repeated("x", 4_000_000)
        #expect(try echoed(word).first?.utf8.count == 4_000_000)
        #expect(reading(of: "node delete \(word)").count == 1)
    }

    @Test func aWordOfManyPieces() throws {
        #expect(try echoed(repeated("'a'b", 100_000)).first?.utf8.count == 200_000)
        let pieces = repeated("'a'{1..1}", 100_000)
        let hosts = try Arguments(try invocation("node add n{1..2} --host {x,y}\(pieces)"), variables: Variables())
            .values(
                "--host")
        #expect(hosts.map(\.text.utf8.count) == [200_001, 200_001])
        let doubling = repeated("{a,b}", 100_000)
        #expect(
            message { try Arguments(try invocation("node add \(doubling) --host h"), variables: Variables()) }
                == "this stands for more than 10000 names")
    }

    @Test func oneLongLine() {
        #expect(reading(of: repeated("echo a;", 10_000)).count == 10_000)
        #expect(reading(of: repeated("'a' ", 30_000, before: "echo ")).count == 1)
        #expect(reading(of: repeated("--yes ", 30_000, before: "echo ")).count == 29_999)
        #expect(reading(of: repeated(" ", 2_000_000) + "echo a") == ["echo [a]"])
        #expect(reading(of: repeated("\\\n", 500_000) + "echo a") == ["echo [a]"])
    }

    @Test func openBraces() {
        #expect(reading(of: repeated("{", 200_000)).count == 1)
        #expect(reading(of: repeated("{\n", 10_000)).count == 10_002)
        #expect(reading(of: repeated("}\n", 10_000)).count == 10_000)
    }

    @Test func allIsOpenAtTheEnd() {
        let open = repeated("if a == b {\nforeach n in a {\ntransaction {\n", 300)
        for inner in ["echo 'x", "echo \"x", "echo $$x", "exec SELECT 'x", "exec /* x", "SELECT x", "echo ${x"] {
            let lines = reading(of: open + inner)
            #expect(lines.last?.contains("unclosed {") == true || lines.count == 1, "\(lines)")
        }
    }

    @Test func braceBombs() throws {
        #expect(
            reading(of: "node add dn{1..999999999} --host h") == [
                "1:12-26: a range of more than 10000 numbers"
            ])
        let doubling = repeated("{a,b}", 40)
        #expect(
            message { try Arguments(try invocation("node add \(doubling) --host h"), variables: Variables()) }
                == "this stands for more than 10000 names")
    }

    @Test func manyErrors() {
        for text in [repeated("nod\n", 3_000), repeated("node;", 3_000), repeated("echo 'é\\q\n", 3_000)] {
            let (_, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
            #expect(diagnostics.count == 3_000)
            var length = 0
            for diagnostic in diagnostics { length += diagnostic.text().utf8.count }
            #expect(length > 3_000 * 20)
        }
        let faults = SourceText(name: "t", bytes: Array(repeating: [0x80, 0x0A], count: 3_000).flatMap { $0 })
        #expect(reading(of: faults).count == 3_000)
    }

    @Test func dollarQuotes() {
        #expect(reading(of: "echo $a" + repeated("$b$c", 200_000)).count == 1)
        #expect(reading(of: repeated("$a", 200_000, before: "exec SELECT ")).count == 1)
        #expect(reading(of: repeated("$a$ ", 200_001, before: "echo ")).count == 1)
        #expect(reading(of: repeated(" $", 200_000, before: "exec x")).count == 1)
        #expect(reading(of: "exec $" + repeated("a", 200_000) + "$ " + repeated("$aa", 200_000)).count == 1)
    }

    @Test(arguments: [
        "'", "\"", "$$", "${", "{", "{1..", "/*", "\\", "exec '", "exec \"", "exec $$", "exec /*", "SELECT '",
        "SELECT E'\\", "--", "exec ${",
    ])
    func whatIsNotClosed(_ opening: String) {
        for isFinal in [true, false] {
            for text in [
                opening, "echo \(opening)", "exec \(opening)", repeated(opening, 20_000),
                repeated(" " + opening, 20_000),
            ] {
                #expect(steps(of: SourceText(name: "t", text), isFinal: isFinal) > 0)
            }
        }
    }

    @Test func commentsAndQuotesInEachOther() {
        #expect(reading(of: repeated("/*", 300_000, before: "exec a ", after: repeated("*/", 300_000))).count == 1)
        #expect(reading(of: repeated("''", 300_000, before: "exec '", after: "'")).count == 1)
        #expect(reading(of: repeated("\\\"", 300_000, before: "exec \"", after: "\"")).count == 1)
    }

    @Test func patterns() {
        #expect(!GlobPattern(repeated("*a", 2_000)).matches(repeated("a", 1_999) + "b"))
        #expect(GlobPattern(repeated("[", 200_000)).matches(repeated("[", 200_000)))
        #expect(!GlobPattern(repeated("[z-", 100_000) + "a]").matches("b"))
    }

    /// How many steps a parser takes to the end of a text; it takes none that does not go on.
    private func steps(of source: SourceText, isFinal: Bool) -> Int {
        var parser = Parser(source, table: table, isFinal: isFinal)
        var steps = 1
        while true {
            let before = parser.position
            switch parser.next() {
            case .end, .incomplete: return steps
            case .statement, .failure:
                steps += 1
                guard parser.position > before else {
                    Issue.record("no progress at \(before)")
                    return steps
                }
            }
        }
    }
}
