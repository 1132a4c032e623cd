import Testing

@testable import MultiNode

@Suite struct PendingInvalidationTests {
    private static func rows(_ ranges: [(Int, Int64, Int64)]) -> [[String: String?]] {
        ranges.map { ["id": String($0.0), "lowest": String($0.1), "greatest": String($0.2)] }
    }

    /// A range that nobody has noted is not to be made anew: its rows may be gone from the table.
    @Test func onlyWhatMeetsIsOneRange() throws {
        let pending = PendingInvalidations(
            Self.rows([(3, .min, 5), (3, 4, 9), (3, 10, 12), (3, 14, 20), (4, 1, 1), (4, .max, .max)]))
        let table = LeftTable(row: ["id": "3", "schema": "public", "name": "m", "others": "{dn1}"])
        let sent = try #require(pending.handingOver(table, to: "dn1", Capabilities(row: ["version": "2.13.1"])))
        #expect(sent.shown.contains("{-9223372036854775808,14}") && sent.shown.contains("{12,20}"), "\(sent.shown)")
        #expect(table.others == ["dn1"])
        let other = LeftTable(row: ["id": "5", "schema": "public", "name": "n", "others": "{dn1}"])
        #expect(pending.handingOver(other, to: "dn1", Capabilities(row: [:])) == nil)
        #expect(PendingInvalidations([]).isEmpty && !pending.isEmpty)
    }
}
