import Postgres
import Rendering
import Shell
import Testing

/// What the answer of a statement is to a renderer, by the type of its column.
@Suite struct ResultTableTests {
    private func value(_ oid: UInt32, _ text: String?) -> Value? {
        let result = QueryResult(columns: [.init(name: "c", typeOID: oid)], rows: [[text]], commandTag: "SELECT 1")
        return Table(result).rows.first?.first
    }

    @Test func boundsOfArraysAreNoneOfJSON() {
        let result = QueryResult(
            columns: [.init(name: "c", typeOID: 1007)], rows: [["[0:1][2:2]={{1},{2}}"]], commandTag: "SELECT 1")
        #expect(Table(result).rows == [[.text("[0:1][2:2]={{1},{2}}")]])
        let nested = Value.array([.array([.integer(1)]), .array([.integer(2)])])
        #expect(Table(result, droppingBounds: true).rows == [[nested]])
    }

    @Test func booleans() {
        #expect(value(16, "t") == .bool(true))
        #expect(value(16, "f") == .bool(false))
        #expect(value(16, nil) == .null)
    }

    @Test(arguments: [20, 21, 23, 26, 28] as [UInt32]) func integers(_ oid: UInt32) {
        #expect(value(oid, "-42") == .integer(-42))
        #expect(value(oid, nil) == .null)
    }

    @Test func theWidestInteger() {
        #expect(value(20, "-9223372036854775808") == .integer(.min))
    }

    @Test(arguments: [700, 701, 1700] as [UInt32]) func numbersStayDigitForDigit(_ oid: UInt32) {
        #expect(value(oid, "1.230000000000000000000000001") == .number("1.230000000000000000000000001"))
        #expect(value(oid, "NaN") == .number("NaN"))
    }

    @Test(arguments: [114, 3802] as [UInt32]) func jsonStaysAsItIsWritten(_ oid: UInt32) {
        #expect(value(oid, "{\"a\": 1}") == .json("{\"a\": 1}"))
        #expect(value(oid, nil) == .null)
    }

    @Test(arguments: [19, 25, 1184, 99_999] as [UInt32]) func allElseIsText(_ oid: UInt32) {
        #expect(value(oid, "1") == .text("1"))
        #expect(value(oid, "") == .text(""))
    }

    @Test func arraysHaveValuesOfTheirElements() {
        #expect(value(1007, "{1,NULL,3}") == .array([.integer(1), .null, .integer(3)]))
        #expect(value(1000, "{t,f}") == .array([.bool(true), .bool(false)]))
        #expect(value(1231, "{1.50,NaN}") == .array([.number("1.50"), .number("NaN")]))
        #expect(
            value(1009, #"{a,"b c","NULL",NULL,"\"\\"}"#)
                == .array([.text("a"), .text("b c"), .text("NULL"), .null, .text(#""\"#)]))
        #expect(value(1009, "{}") == .array([]))
    }

    @Test func anArrayOfArraysIsOne() {
        #expect(
            value(1007, "{{1,2},{3,NULL}}")
                == .array([.array([.integer(1), .integer(2)]), .array([.integer(3), .null])]))
        #expect(value(1009, #"{{"}",a},{"",b}}"#)?.text == #"{{"}",a},{"",b}}"#)
        #expect(value(1000, "{{{t}}}") == .array([.array([.array([.bool(true)])])]))
        #expect(value(1007, "{{},{}}") == .array([.array([]), .array([])]))
    }

    @Test func arraysOfDatesAndTimesHaveElements() {
        #expect(value(1182, "{2024-01-01,NULL}") == .array([.text("2024-01-01"), .null]))
        #expect(value(1185, #"{"2024-01-01 00:00:00+00"}"#) == .array([.text("2024-01-01 00:00:00+00")]))
        #expect(value(1183, "{12:00:00}") == .array([.text("12:00:00")]))
    }

    @Test(arguments: [
        "[0:1]={1,2}", "{{1,2}", "{1}}", "{1,{2}x}", "{,}", "{{{{{{{1}}}}}}}", String(repeating: "{", count: 100_000),
    ])
    func whatIsNoArrayOrHasBoundsStaysText(_ text: String) { #expect(value(1007, text) == .text(text)) }

    @Test func numbersStandOnTheRight() {
        let types: [UInt32] = [16, 23, 1700, 25, 1007]
        let columns = types.map { QueryResult.Column(name: "c\($0)", typeOID: $0) }
        let table = Table(QueryResult(columns: columns, rows: [], commandTag: "SELECT 0"))
        #expect(table.columns.map(\.alignment) == [.left, .right, .right, .left, .left])
        #expect(table.columns.map(\.name) == ["c16", "c23", "c1700", "c25", "c1007"])
    }
}
