import Testing

@testable import MultiNode

@Suite struct PendingInvalidationTests {
    private static func rows(_ ranges: [(Int, Int64, Int64)], areSharedOut: Bool = false) -> [[String: String?]] {
        ranges.map {
            [
                "is_shared_out": areSharedOut ? "t" : "f", "id": String($0.0), "lowest": String($0.1),
                "greatest": String($0.2),
            ]
        }
    }

    private static func table(_ id: Int, aggregates: String = "{7,8}") -> LeftTable {
        LeftTable(
            row: [
                "id": String(id), "schema": "public", "name": "m", "others": "{dn1}", "aggregates": aggregates,
            ])
    }

    private static let capabilities = Capabilities(row: ["version": "2.13.1"])

    /// A range that nobody has noted is not to be made anew: its rows may be gone from the table.
    @Test func onlyWhatMeetsIsOneRange() throws {
        let pending = PendingInvalidations(
            Self.rows([(3, .min, 5), (3, 4, 9), (3, 10, 12), (3, 14, 20), (4, 1, 1), (4, .max, .max)]))
        let sent = pending.handingOver(Self.table(3), to: "dn1", Self.capabilities).map(\.shown)
        #expect(sent.count == 1 && Self.table(3).others == ["dn1"])
        #expect(sent.first?.contains("invalidation_hyper_log_add_entry(r.id") == true, "\(sent)")
        #expect(sent.first?.contains("{-9223372036854775808,14}") == true && sent.first?.contains("{12,20}") == true)
        #expect(pending.handingOver(Self.table(5), to: "dn1", Self.capabilities).isEmpty)
        #expect(pending.concerns(Self.table(3)) && !pending.concerns(Self.table(5)))
    }

    /// A refresh of one aggregate shares the notes of the table out to all of its aggregates.
    @Test func whatIsOfOneAggregateStaysSo() {
        let pending = PendingInvalidations(Self.rows([(7, 1, 2), (8, 3, 4), (9, 5, 6)], areSharedOut: true))
        let sent = pending.handingOver(Self.table(3), to: "dn1", Self.capabilities).map(\.shown)
        #expect(sent.count == 1 && sent.first?.contains("invalidation_cagg_log_add_entry(r.id") == true, "\(sent)")
        #expect(sent.first?.contains("{7,8}") == true && sent.first?.contains("{1,3}") == true, "\(sent)")
        #expect(pending.concerns(Self.table(3)) && !pending.concerns(Self.table(7, aggregates: "{}")))
    }
}
