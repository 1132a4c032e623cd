import MultiNode
import Testing

/// Where a sequence goes on that comes to another server.
@Suite struct SequenceArrivalTests {
    private static let name = TableName(schema: "public", name: "ids")

    private func advance(
        _ here: (Int, String), _ there: (Int, String), increment: Int = 1
    ) -> String? {
        func row(_ standing: (Int, String)) -> [String: String?] {
            ["last_value": String(standing.0), "is_called": standing.1]
        }
        let sequence = SequenceArrival(
            row: ["schema": "public", "name": "ids", "increment": String(increment)], standing: row(here))
        return sequence.advance(Self.name, from: row(there))?.text
    }

    @Test func itGoesOnBehindWhatWasGivenOnEitherSide() {
        #expect(advance((1000, "t"), (1, "f")) == #"SELECT pg_catalog.setval('"public"."ids"', 1000, true)"#)
        #expect(advance((1000, "t"), (1000, "f"))?.hasSuffix("1000, true)") == true)
        #expect(advance((7, "f"), (1, "t"))?.hasSuffix("7, false)") == true)
        for there in [(1000, "t"), (1001, "f"), (5000, "t")] { #expect(advance((1000, "t"), there) == nil) }
        #expect(advance((1, "f"), (1, "t")) == nil)
    }

    @Test func oneThatCountsDownGoesOnBelow() {
        #expect(advance((-1000, "t"), (-1, "f"), increment: -1)?.hasSuffix("-1000, true)") == true)
        #expect(advance((-1000, "t"), (-5000, "t"), increment: -1) == nil)
    }

    /// Its name is another one there.
    @Test func thatOfAnIdentityIsFoundByItsColumn() {
        let table = TableName(schema: "public", name: "m")
        let own = SequenceArrival(row: ["schema": "public", "name": "m_i_seq", "identity": "i"], standing: [:])
        #expect(own.there(in: table).text.contains(#"pg_get_serial_sequence('"public"."m"', 'i')"#))
        let shared = SequenceArrival(row: ["schema": "public", "name": "ids"], standing: [:])
        #expect(shared.there(in: table).text.contains(#"to_regclass('"public"."ids"')"#))
    }
}
