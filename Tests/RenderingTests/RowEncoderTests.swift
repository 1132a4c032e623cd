import Rendering
import Testing

@Suite struct RowEncoderTests {
    private static let table = Table(
        columns: ["n", "text", .init("yes"), "nodes", "doc"],
        rows: [
            [.integer(1), .text("a\tb\nc\\d\r"), .bool(true), .array([.text("dn1"), .null]), .json(#"{"k": [1]}"#)],
            [.number("NaN"), .null, .bool(false), .array([]), .null], [.number("-0.50"), .text("")],
        ])

    @Test func tsvIsBare() {
        #expect(
            Self.table.encoded(by: TSVEncoder()) == """
                1\ta\\tb\\nc\\\\d\\r\ttrue\t{dn1,NULL}\t{"k": [1]}
                NaN\t\tfalse\t{}\t
                -0.50\t\t\t\t

                """)
        #expect(Table(columns: ["a"], rows: [[.null]]).encoded(by: TSVEncoder(null: "\\N")) == "\\N\n")
    }

    @Test func jsonlIsAnObjectARow() {
        #expect(
            Self.table.encoded(by: JSONLinesEncoder()) == #"""
                {"n":1,"text":"a\tb\nc\\d\r","yes":true,"nodes":["dn1",null],"doc":{"k": [1]}}
                {"n":"NaN","text":null,"yes":false,"nodes":[],"doc":null}
                {"n":-0.50,"text":"","yes":null,"nodes":null,"doc":null}

                """#)
    }

    @Test func columnsOfOneNameAreToldApart() {
        let table = Table(
            columns: ["n", "n", "n_2", "n"], rows: [[.integer(1), .integer(2), .integer(3), .integer(4)]])
        #expect(table.encoded(by: JSONLinesEncoder()) == #"{"n":1,"n_2":2,"n_2_2":3,"n_3":4}"# + "\n")
        #expect(Table(columns: [], rows: [[]]).encoded(by: JSONLinesEncoder()) == "{}\n")
    }

    @Test func rowsOfAnObjectAreArrays() {
        let table = Table(columns: ["a", "b"], rows: [[.integer(1), .text("x")], [.null]])
        #expect(table.encoded(by: JSONRowsEncoder()) == #"[1,"x"],[null,null]"#)
        #expect(Table(columns: ["a"]).encoded(by: JSONRowsEncoder()).isEmpty)
    }

    /// A `json` keeps its blanks, and must not break the line that it is in.
    @Test(
        arguments: [
            ("{\"a\":\n\t1}", #"{"a":  1}"#), (#"{"a\n":"\"\\"}"#, #"{"a\n":"\"\\"}"#),
            ("\"\u{202E}\u{1B}é\"", #""\u202E\u001Bé""#),
        ])
    func whatIsJSONStaysSo(written: String, line: String) {
        #expect(JSON.written(written).text == line)
        let table = Table(columns: ["x"], rows: [[.json(written)]])
        #expect(table.encoded(by: JSONLinesEncoder()) == "{\"x\":\(line)}\n")
        // Text for people and for csv is as the server wrote it.
        #expect(Value.json(written).text == written)
    }

    @Test func rowsThatAreMadeWhenTheyAreWritten() {
        let table = Table(columns: ["a", "b"], count: 3) { [.integer(Int64($0)), .text("r\($0)")] }
        #expect(table.count == 3 && table.rows.isEmpty && table.row(2) == [.integer(2), .text("r2")])
        #expect(table.encoded(by: CSVEncoder()) == "a,b\n0,r0\n1,r1\n2,r2\n")
        #expect(table.text().hasSuffix(" 2 | r2\n(3 rows)\n"))
        #expect(table.choosing([1, 0, 1]).encoded(by: CSVEncoder()) == "b,a,b\nr0,0,r0\nr1,1,r1\nr2,2,r2\n")
        #expect(table == Table(columns: ["a", "b"], count: 3) { [.integer(Int64($0)), .text("r\($0)")] })
    }

    @Test func chosenColumnsKeepTheirColours() {
        let table = Table(
            columns: ["a", "b"], rows: [[.text("x"), .text("y")]], styles: [.init(row: 0, column: 1): .bad])
        #expect(table.choosing([1]).styles == [.init(row: 0, column: 0): .bad])
    }

    @Test func furtherRowsAreLaidOutLikeTheFirst() {
        let table = Table(columns: ["a", .init("b", .right)], rows: [[.text("xx"), .integer(10)]])
        var layout = TableLayout(of: table, TableStyle())
        var output = OutputBuffer()
        layout.begin(in: &output)
        layout.append(table.row(0), to: &output)
        layout.append([.text("wider"), .integer(1_000_000)], to: &output)
        layout.append([.text("y"), .integer(3)], to: &output)
        layout.end(in: &output)
        expect(
            output.text,
            """
             a  | b
            ----+----
             xx | 10
             wider | 1000000
             y  |  3
            (3 rows)

            """)
    }
}
