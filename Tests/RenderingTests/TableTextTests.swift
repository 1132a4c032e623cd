import Rendering
import Testing

@Suite struct TableTextTests {
    @Test func alignedAsPsqlDoesIt() {
        let table = Table(
            columns: [.init("a", .right), .init("bb"), .init("number_of_things", .right), .init("longer_last_column")],
            rows: [
                [.integer(1), .text("x"), .integer(12345), .text("last")],
                [.integer(-20), .null, .number("0.50"), .null],
            ])
        expect(
            table.text(),
            """
              a  | bb | number_of_things | longer_last_column
            -----+----+------------------+--------------------
               1 | x  |            12345 | last
             -20 |    |             0.50 |~
            (2 rows)

            """)
    }

    @Test(arguments: [(0, "(0 rows)"), (1, "(1 row)"), (2, "(2 rows)")])
    func footer(count: Int, footer: String) {
        let rows = Array(repeating: [Value.integer(7)], count: count)
        let lines = String(repeating: " 7\n", count: count)
        #expect(Table(columns: [.init("n", .right)], rows: rows).text() == " n\n---\n\(lines)\(footer)\n")
    }

    @Test func noColumns() {
        #expect(Table(columns: [], rows: [[]]).text() == "--\n(1 row)\n")
    }

    @Test func booleansAndArrays() {
        let table = Table(
            columns: [.init("role"), .init("login"), .init("data_nodes")],
            rows: [
                [.text("app"), .bool(true), .array([.text("dn1"), .null, .text("dn3")])],
                [.text("x"), .bool(false), .array([.array([.integer(1), .integer(2)]), .array([])])],
            ])
        expect(
            table.text(),
            """
             role | login |   data_nodes
            ------+-------+----------------
             app  | true  | {dn1,NULL,dn3}
             x    | false | {{1,2},{}}
            (2 rows)

            """)
        // Words are for people.
        #expect(table.text(TableStyle(width: 80)).contains(" app  | yes   | {dn1,NULL,dn3}\n x    | no    |"))
    }

    @Test func aNullOfAQueryIsNoEmptyText() {
        var table = Table(
            columns: ["a", .init("b", .right)], rows: [[.null, .null], [.text(""), .integer(10)], [.text("x")]])
        // In a listing nothing stands for it.
        #expect(!table.text(TableStyle(null: "∅")).contains("∅"))
        table.marksNull = true
        expect(
            table.text(TableStyle(null: "∅")),
            """
             a | b
            ---+----
             ∅ |  ∅
               | 10
             x |  ∅
            (3 rows)

            """)
        #expect(table.text(TableStyle(color: true, null: "∅")).contains(" \u{1B}[2m∅\u{1B}[0m |"))
        #expect(table.text(TableStyle(expanded: .always, null: "NULL")).contains("a | NULL\nb | NULL\n"))
    }

    @Test func wideCharactersAlign() {
        let table = Table(
            columns: [.init("名前"), .init("x")],
            rows: [
                [.text("日本"), .text("1")], [.text("e\u{301}"), .text("2")], [.text("👩‍🚀!"), .text("3")],
                [.text("plain"), .text("4")],
            ])
        expect(
            table.text(),
            """
             名前  | x
            -------+---
             日本  | 1
             e\u{301}     | 2
             👩‍🚀!   | 3
             plain | 4
            (4 rows)

            """)
    }

    @Test func newlinesAndControls() {
        let table = Table(
            columns: [.init("a", .right), .init("two\nlines"), .init("d")],
            rows: [
                [.integer(1), .text("one\ntwo\n"), .text("\u{1B}[2J\tx\r\ny")],
                [.integer(2), .text("z"), .text("\u{202E}")],
            ])
        expect(
            table.text(),
            #"""
             a |  two +|      d
               | lines |~
            ---+-------+--------------
             1 | one  +| \x1B[2J\tx\r+
               | two  +| y
               |       |~
             2 | z     | \u202E
            (2 rows)

            """#)
    }

    @Test func unicodeLines() {
        let table = Table(columns: [.init("a"), .init("b")], rows: [[.text("x\ny"), .integer(1)]])
        expect(
            table.text(TableStyle(lines: .unicode)),
            """
             a │ b
            ───┼───
             x↵│ 1
             y │~
            (1 row)

            """)
    }

    @Test func colorsOnlyWhereAskedFor() {
        let table = Table(
            columns: [.init("node"), .init("state")],
            rows: [[.text("dn1"), .text("up")], [.text("dn2"), .text("down")]],
            styles: [.init(row: 0, column: 1): .good, .init(row: 1, column: 1): .bad, .init(row: 0, column: 0): .warn])
        #expect(!table.text().contains("\u{1B}"))
        expect(
            table.text(TableStyle(color: true)),
            """
             node | state
            ------+-------
             \u{1B}[33mdn1\u{1B}[0m  | \u{1B}[32mup\u{1B}[0m
             dn2  | \u{1B}[31mdown\u{1B}[0m
            (2 rows)

            """)
    }

    @Test func raggedRows() {
        let table = Table(
            columns: [.init("a"), .init("b")], rows: [[.integer(1)], [.integer(1), .integer(2), .integer(3)]])
        expect(
            table.text(),
            """
             a | b
            ---+---
             1 |~
             1 | 2
            (2 rows)

            """)
    }
}

/// Compares line by line; `~` at the end of an expected line stands for the blank that an editor would remove.
func expect(_ text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let lines = expected.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.hasSuffix("~") ? $0.dropLast() + " " : $0 }
    #expect(text == lines.joined(separator: "\n"), "got:\n\(text)", sourceLocation: sourceLocation)
}
