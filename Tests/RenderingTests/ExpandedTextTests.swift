import Rendering
import Testing

@Suite struct ExpandedTextTests {
    private let table = Table(
        columns: [.init("a", .right), .init("bb"), .init("longer_last_column")],
        rows: [[.integer(1), .null, .text("last")], [.integer(200), .text("x"), .text("yes")]])

    private let blocks = """
        -[ RECORD 1 ]------+-----
        a                  | 1
        bb                 |
        longer_last_column | last
        -[ RECORD 2 ]------+-----
        a                  | 200
        bb                 | x
        longer_last_column | yes

        """

    @Test func always() {
        expect(table.text(TableStyle(expanded: .always)), blocks)
    }

    @Test(arguments: [(nil, false), (31, false), (30, true)])
    func automaticWhereTheTableIsTooWide(width: Int?, expanded: Bool) {
        let text = table.text(TableStyle(width: width))
        #expect((text == blocks) == expanded)
    }

    @Test func shortNamesLeaveNoRoomForTheCross() {
        let table = Table(columns: [.init("a"), .init("bb")], rows: [[.integer(1), .text("one\ntwo, longer")]])
        expect(
            table.text(TableStyle(expanded: .always)),
            """
            -[ RECORD 1 ]---
            a  | 1
            bb | one        +
               | two, longer

            """)
    }

    @Test func theLineStopsAtTheEdgeAndTheValueDoesNot() {
        let value = String(repeating: "x", count: 40)
        let table = Table(columns: [.init("a_rather_long_name")], rows: [[.text(value)]])
        expect(
            table.text(TableStyle(width: 30)),
            """
            -[ RECORD 1 ]------+----------
            a_rather_long_name | \(value)

            """)
    }

    @Test func noRowsAndNoColumns() {
        #expect(Table(columns: [.init("a")]).text(TableStyle(expanded: .always)) == "(0 rows)\n")
        #expect(Table(columns: [], rows: [[]]).text(TableStyle(expanded: .always)) == "(1 row)\n")
    }

    @Test func colorsAndLines() {
        let table = Table(
            columns: [.init("state_of_it_all")], rows: [[.text("down")]], styles: [.init(row: 0, column: 0): .bad])
        expect(
            table.text(TableStyle(color: true, expanded: .always, lines: .unicode)),
            """
            ─[ RECORD 1 ]───┼─────
            state_of_it_all │ \u{1B}[31mdown\u{1B}[0m

            """)
    }
}
