import Rendering
import Testing

@Suite struct CSVTests {
    @Test(
        arguments: [
            (.null, ""),
            (.text(""), #""""#),
            (.text("plain"), "plain"),
            (.text(" blanks "), " blanks "),
            (.text("a,b"), #""a,b""#),
            (.text(#"say "hi""#), #""say ""hi""""#),
            (.text("one\ntwo"), "\"one\ntwo\""),
            (.text("one\r\ntwo"), "\"one\r\ntwo\""),
            (.text("\"\u{301}"), "\"\"\"\u{301}\""),
            (.text("\u{1B}[31m日本"), "\u{1B}[31m日本"),
            (.integer(-5), "-5"),
            (.number("NaN"), "NaN"),
            (.bool(true), "true"),
            (.bool(false), "false"),
            (.array([]), "{}"),
            (.array([.text("dn1")]), "{dn1}"),
            (.array([.text("dn1"), .text("dn2"), .null]), #""{dn1,dn2,NULL}""#),
            (.array([.text("")]), #""{""""}""#),
            (.array([.text("null")]), #""{""null""}""#),
            (.array([.text("a b")]), #""{""a b""}""#),
            (.array([.text(#"\"#)]), #""{""\\""}""#),
            (.array([.array([.integer(1)]), .array([.bool(true)])]), #""{{1},{true}}""#),
        ] as [(Value, String)])
    func field(value: Value, field: String) {
        let table = Table(columns: [.init("x"), .init("y")], rows: [[value, .integer(1)]])
        #expect(table.encoded(by: CSVEncoder()) == "x,y\n\(field),1\n")
    }

    @Test func whatStandsForNullHasNoQuotes() {
        let table = Table(columns: ["x", "y"], rows: [[.null, .text("NULL")], [.text(""), .integer(1)]])
        #expect(table.encoded(by: CSVEncoder(null: "NULL")) == "x,y\nNULL,\"NULL\"\n\"\",1\n")
        #expect(table.encoded(by: CSVEncoder()) == "x,y\n,NULL\n\"\",1\n")
    }

    @Test func headerComesAlways() {
        #expect(
            Table(columns: [.init("node"), .init("a,b"), .init("")]).encoded(by: CSVEncoder()) == "node,\"a,b\",\"\"\n")
    }

    @Test func shortRowEndsInNulls() {
        let table = Table(
            columns: [.init("x"), .init("y")], rows: [[.integer(1)], [.integer(1), .integer(2), .integer(3)]])
        #expect(table.encoded(by: CSVEncoder()) == "x,y\n1,\n1,2\n")
    }
}
