import Rendering
import Testing

@Suite struct FoldedTextTests {
    private let style = TableStyle(width: 24, expanded: .never)

    @Test func theWidestColumnsAreFolded() {
        let table = Table(
            columns: [.init("a_long_name"), .init("b"), .init("n", .right)],
            rows: [[.text("aaaaaaaaaaaaaa"), .text("bbbb bbb\nbbbb cccc cccc"), .integer(12345)]])
        expect(
            table.text(style),
            """
             a_lon.|   b   |   n
            .g_nam.|       |~
            .  e   |       |~
            -------+-------+-------
             aaaaa.| bbbb .| 12345
            .aaaaa.|.bbb  +|~
            .aaaa  | bbbb .|~
                   |.cccc .|~
                   |.cccc  |~
            (1 row)

            """)
    }

    @Test func wideCharactersStayWhole() {
        let table = Table(columns: [.init("名")], rows: [[.text("日本語日本語")]])
        expect(
            table.text(TableStyle(width: 8, expanded: .never, lines: .unicode)),
            """
               名
            ────────
             日本語…
            …日本語

            """ + "(1 row)\n")
    }

    @Test func whatFitsIsNotFolded() {
        let table = Table(columns: [.init("a")], rows: [[.text("0123456789012345678901")]])
        #expect(table.text(style) == table.text())
    }

    @Test func withoutATerminalNothingIs() {
        let table = Table(columns: [.init("a")], rows: [[.text(String(repeating: "x", count: 500))]])
        #expect(table.text(TableStyle(expanded: .never)).contains(String(repeating: "x", count: 500)))
    }

    @Test func tooManyColumnsForTheTerminal() {
        let table = Table(
            columns: (0..<9).map { .init("c\($0)") }, rows: [Array(repeating: .text("abcdef"), count: 9)])
        let lines = table.text(style).split(separator: "\n")
        #expect(lines[2] == Substring(Array(repeating: " abcd", count: 9).joined(separator: ".|") + "."))
        #expect(lines[3] == Substring(Array(repeating: ".ef", count: 9).joined(separator: "   |")))
    }
}
