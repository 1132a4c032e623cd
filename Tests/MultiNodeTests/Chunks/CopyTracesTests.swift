import Testing

@testable import MultiNode

/// What is left on nodes of copies that nobody has a record of.
@Suite struct CopyTracesTests {
    private func traces(
        slots: [String] = [], active: [String] = [], subscriptions: [String] = [], publications: [String] = [],
        numbers: [String] = [], system: String = "77"
    ) -> CopyTraces {
        var traces = CopyTraces()
        traces.take(slots: slots.map { ["slot": $0, "active": active.contains($0) ? "t" : "f"] })
        traces.take([
            "subscriptions": ArrayText.text(subscriptions), "publications": ArrayText.text(publications),
            "numbers": ArrayText.text(numbers), "system_id": system,
        ])
        return traces
    }

    @Test func onlyWhatSurelyIsOfCopiesIsLeft() {
        let names = [
            "ts_copy_1_7", "tscl_1_z", "ts_copy_2_9", "app", "ts_copy_x", "ts_copies_1_1", "tscl_reports", "tscl_1_Z",
        ]
        let found = CopyTraces.strays(
            in: ["dn1": traces(slots: names, subscriptions: names, publications: names)],
            besides: ["ts_copy_2_9"], isWhole: true)
        let left = ["ts_copy_1_7", "tscl_1_z"]
        #expect(
            found == [
                "dn1": left.map { .subscription($0) } + left.map { .slot($0) } + left.map { .publication($0) }
            ])
    }

    @Test func aSlotThatIsUsedStays() {
        let found = CopyTraces.strays(
            in: ["dn1": traces(slots: ["ts_copy_1_7", "pg_5_sync_6_77"], active: ["ts_copy_1_7", "pg_5_sync_6_77"])],
            besides: [], isWhole: true)
        #expect(found.isEmpty)
    }

    @Test func aSlotOfASubscriptionThatIsGone() {
        let slots = ["pg_5_sync_6_88", "pg_9_sync_6_88", "pg_9_sync_6_99", "pg_9_sync_x_88"]
        let nodes = ["dn1": traces(slots: slots), "dn2": traces(numbers: ["5"], system: "88")]
        #expect(
            CopyTraces.strays(in: nodes, besides: [], isWhole: true) == ["dn1": [.slot("pg_9_sync_6_88")]])
        // A clone of dn2 that does not answer may have it.
        #expect(CopyTraces.strays(in: nodes, besides: [], isWhole: false).isEmpty)
        // And so may one that does.
        let clone = traces(numbers: ["9"], system: "88")
        let all = nodes.merging(["dn3": clone]) { $1 }
        #expect(CopyTraces.strays(in: all, besides: [], isWhole: true).isEmpty)
    }

    @Test func whatIsUsedMeanwhileIsNotDropped() {
        #expect(CopyStray.slot("s").dropping.map(\.text)[0].contains("AND NOT active"))
        #expect(CopyStray.subscription("s").dropping.last?.text == #"DROP SUBSCRIPTION "s""#)
    }
}
