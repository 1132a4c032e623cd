import LineEditing
import Testing
import Terminals

@Suite(.timeLimit(.minutes(2)))
struct CompletionTests {
    private static let names = [
        "node", "notice", "table", "\"my table\"", "\"my view\"", "größe",
    ]

    /// Completes the word before the cursor from the names, quoted or not.
    private func trial(columns: Int = 40, names: [String] = Self.names) throws -> EditorTrial {
        try EditorTrial(columns: columns) { configuration in
            configuration.complete = { buffer, cursor in
                let before = String(decoding: buffer.utf8.prefix(cursor), as: UTF8.self)
                // Within quotes a space belongs to the word.
                let parts = before.split(separator: "\"", omittingEmptySubsequences: false)
                let unquoted = before.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
                let word = parts.count % 2 == 0 ? "\"" + (parts.last ?? "") : String(unquoted)
                let bare = word.drop { $0 == "\"" }
                let fitting = names.filter { $0.drop { $0 == "\"" }.hasPrefix(bare) }
                return Completion(
                    replacing: cursor - word.utf8.count..<cursor,
                    candidates: fitting.map { .init(insert: $0 + " ", label: $0.filter { $0 != "\"" }) })
            }
        }
    }

    @Test(arguments: [
        ("ta\t", "table "), ("x ta\t", "x table "), ("n\tti\t", "notice "), ("gr\tx", "größe x"),
        // In the middle, before a space and before something else.
        ("ta x\u{1b}[D\u{1b}[D\ty", "table yx"), ("ta(\u{1b}[D\t", "table ("),
        ("größe ta x\u{1b}[D\u{1b}[D\t", "größe table x"),
        // With quotes that were typed or not.
        ("my\tv\t", "\"my view\" "), ("\"my\tt\t", "\"my table\" "), ("zzz\t", "zzz"),
    ])
    func `Tab completes`(keys: String, line: String) async throws {
        #expect(try await trial(columns: 60).line(typing: keys + "\r") == .line(line))
    }

    @Test
    func `what several have in common comes first, then a list`() async throws {
        let trial = try trial(columns: 30)
        let input = try await trial.line { terminal in
            terminal.type("x n\t")
            try await terminal.wait(line: "tscl> x no")
            terminal.type(" y\u{1b}[D\u{1b}[D\t")
            try await terminal.wait {
                $0.lines == ["tscl> x no y", "node    notice", "tscl> x no y"] && $0.column == 10
            }
            terminal.type("d\t\r")
        }
        #expect(input == .line("x node y"))
    }

    @Test
    func `a list is set in columns`() async throws {
        let trial = try trial(columns: 24, names: (1...9).map { "table\($0)" } + ["table数据"])
        let input = try await trial.line { terminal in
            terminal.type("\t")
            try await terminal.wait(line: "tscl> table")
            terminal.type("\t")
            try await terminal.wait { screen in
                screen.lines == [
                    "tscl> table", "table1     table6", "table2     table7", "table3     table8",
                    "table4     table9", "table5     table数据", "tscl> table",
                ]
            }
            terminal.type("1\t\r")
        }
        #expect(input == .line("table1 "))
    }

    @Test
    func `nothing to offer rings`() async throws {
        let trial = try trial()
        let input = try await trial.line { terminal in
            terminal.type("zzz\t")
            try await terminal.wait { $0.bells == 1 && $0.line == "tscl> zzz" }
            terminal.type("\r")
        }
        #expect(input == .line("zzz"))
    }

    @Test
    func `a range outside of the line is refused`() async throws {
        let trial = try EditorTrial { configuration in
            configuration.complete = { _, _ in
                Completion(replacing: 3..<99, candidates: [.init(insert: "x", label: "x")])
            }
        }
        #expect(try await trial.line(typing: "abc\t\r") == .line("abc"))
    }

    @Test
    func `a name does not reach the terminal as it is`() {
        let list = CandidateColumns(labels: ["a\u{1b}[2Jb", String(repeating: "x", count: 50)])
        #expect(list.lines(columns: 20, charset: .utf8) == ["a^[[2Jb", String(repeating: "x", count: 19)])
        #expect(CandidateColumns(labels: []).lines(columns: 20, charset: .utf8) == [])
    }

    @Test
    func `what is said of a candidate is cut where the line ends`() {
        let list = CandidateColumns(labels: ["ping"], summaries: ["Try every way to the data nodes: from here"])
        #expect(list.lines(columns: 40, charset: .utf8) == ["ping  Try every way to the data nodes:…"])
        #expect(list.lines(columns: 40, charset: .ascii) == ["ping  Try every way to the data node..."])
        #expect(list.lines(columns: 49, charset: .utf8) == ["ping  Try every way to the data nodes: from here"])
    }

    @Test
    func `a long list tells how many more there are`() {
        let list = CandidateColumns(labels: (0..<205).map { "n\($0)" })
        let lines = list.lines(columns: 80, charset: .utf8)
        #expect(lines.last == "and 5 more")
        #expect(lines.dropLast().joined(separator: " ").split(separator: " ").count == 200)
    }
}
