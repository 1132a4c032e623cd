import Testing

@testable import MultiNode

@Suite struct TimeBoundTests {
    private static let day = 86_400_000_000

    @Test(arguments: [
        "date": "(date '1970-01-01' + 3)",
        "timestamp without time zone":
            "(timestamp '1970-01-01' + pg_catalog.make_interval(days => 3) + 7 * interval '1 microsecond')",
        "bigint": "259200000007",
    ]) func aBoundIsAValueOfItsColumn(_ type: String, _ expected: String) {
        #expect(TimeBound.expression(of: 3 * Self.day + 7, as: type).text == expected)
    }
}
