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

    /// A function may take its values from anything that it finds out by itself.
    @Test func allThatTheOtherServerHasMayBeUsed() {
        let table = TableName(schema: "public", name: "m")
        let list = SequenceArrival.list(of: table).text
        #expect(list.contains("OR n.nspname !~ '^(pg_") && list.contains("AND d.deptype = 'e')"), "\(list)")
        let row: [String: String?] = ["schema": "public", "name": "ids", "increment": "-2", "is_used": "t"]
        let standing: [String: String?] = ["last_value": "-70", "is_called": "t"]
        let used = SequenceArrival(row: row, standing: standing)
        #expect(!used.there(in: table).text.contains("privilege"))
        // Another application's of the name, which counts otherwise, keeps nobody from cutting over.
        let other = SequenceArrival(row: row.merging(["is_used": "f"]) { $1 }, standing: standing).there(in: table).text
        #expect(other.contains("(q.seqincrement < 0) = true") && other.contains("-70 BETWEEN q.seqmin AND q.seqmax"))
        #expect(other.contains("has_sequence_privilege(s.oid, 'UPDATE')"), "\(other)")
    }

    @Test func manyAreAskedForInOneStatement() {
        let names = ["a", "b"].map { TableName(schema: "s", name: $0) }
        #expect(
            SequenceArrival.standings(of: names).text
                == #"SELECT 0 AS number, last_value, is_called FROM "s"."a""# + "\nUNION ALL\n"
                + #"SELECT 1 AS number, last_value, is_called FROM "s"."b""#)
        let arrivals = names.map {
            SequenceArrival(row: ["schema": $0.schema, "name": $0.name, "is_used": "t"], standing: [:])
        }
        let there = SequenceArrival.there(arrivals, in: TableName(schema: "s", name: "m")).text
        #expect(there.contains("SELECT 0 AS number, t.*") && there.contains("UNION ALL\nSELECT 1 AS number, t.*"))
    }

    /// Its name is another one there.
    @Test func thatOfAnIdentityIsFoundByItsColumn() {
        let table = TableName(schema: "public", name: "m")
        let own = SequenceArrival(row: ["schema": "public", "name": "m_i_seq", "identity": "i"], standing: [:])
        #expect(own.there(in: table).text.contains(#"pg_get_serial_sequence('"public"."m"', 'i')"#))
        let shared = SequenceArrival(row: ["schema": "public", "name": "ids"], standing: [:])
        #expect(shared.there(in: table).text.contains(#"to_regclass('"public"."ids"')"#))
    }

    /// What another server has given is not given here again, as far as the sequence is the same.
    @Test func itGoesOnHereBehindWhatWasGivenThere() {
        func advance(_ row: [String: String?], to last: Int) -> String? {
            let all: [String: String?] = [
                "schema": "public", "name": "ids", "increment": "1", "least": "1", "greatest": "500",
            ]
            let sequence = SequenceArrival(row: all.merging(row) { $1 }, standing: [:])
                .standing(there: ["last_value": String(last), "is_called": "t"])
            return sequence.advanceHere(from: ["last_value": "40", "is_called": "t"])?.text
        }
        #expect(advance(["is_writable": "t"], to: 70) == #"SELECT pg_catalog.setval('"public"."ids"', 70, true)"#)
        #expect(advance(["is_writable": "t"], to: 30) == nil)
        // One that no table uses is another one, where it has other ends, and may be nobody's to set.
        #expect(advance(["is_writable": "t"], to: 900) == nil)
        #expect(advance([:], to: 70) == nil)
        #expect(advance(["is_used": "t"], to: 900)?.hasSuffix("900, true)") == true)
        let own = SequenceArrival(row: ["schema": "public", "name": "m_i_seq", "identity": "i"], standing: [:])
        let given = SequenceArrival.given([own], in: [TableName(schema: "public", name: "m")]).text
        #expect(
            given.contains(#"pg_get_serial_sequence('"public"."m"', 'i')"#) && !given.contains("seqmin"), "\(given)")
    }
}
