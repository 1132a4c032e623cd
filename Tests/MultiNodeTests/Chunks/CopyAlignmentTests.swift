import MultiNode
import Testing

/// Which copies stay where some are compressed and others not.
@Suite struct CopyAlignmentTests {
    private func alignment(
        _ own: String?, _ statuses: [String: String?], keeping keep: String? = nil, keepsStatus: Bool = true
    ) -> CopyAlignment {
        CopyAlignment(
            ChunkStanding(nodes: [], status: own, owner: "app"), statuses, keeping: keep, keepsStatus: keepsStatus)
    }

    @Test func thoseStayThatAreAsTheAccessNodeHasIt() {
        let copies = ["dn1": "1", "dn2": "0", "dn3": "9"]
        #expect(alignment("9", copies).dropped == ["dn2"] && alignment("9", copies).noting == nil)
        #expect(alignment("0", copies).dropped == ["dn1", "dn3"] && alignment("0", copies).noting == nil)
        #expect(!alignment("1", ["dn1": "9", "dn2": "1"]).isNeeded)
    }

    @Test func whereNoneIsItTakesOver() {
        for (own, other) in [("1", "0"), ("3", "0"), ("0", "1"), ("0", "9")] {
            let alignment = alignment(own, ["dn1": other, "dn2": other])
            #expect(alignment.dropped.isEmpty && alignment.noting == (other != "0"))
        }
    }

    @Test func theOneThatIsToBeKeptStays() {
        let kept = alignment("1", ["dn1": "0", "dn2": "1"], keeping: "dn1")
        #expect(kept.dropped == ["dn2"] && kept.noting == false)
        #expect(alignment("1", ["dn1": "0", "dn2": "1"], keeping: "dn9").dropped == ["dn1"])
    }

    /// Of a compressed one with added rows no copy could be made there.
    @Test func whereCopiesLoseTheirStatusOneThatIsNotCompressedStays() {
        let copies = ["dn1": "3", "dn2": "0"]
        let alignment = alignment("3", copies, keepsStatus: false)
        #expect(alignment.dropped == ["dn1"] && alignment.noting == false)
        #expect(self.alignment("1", ["dn1": "1", "dn2": "0"], keepsStatus: false).dropped == ["dn2"])
    }

    @Test func whatIsNotKnownIsLet() {
        #expect(
            !alignment(nil, ["dn1": "1", "dn2": "0"]).isNeeded && !alignment("1", ["dn1": nil, "dn2": "0"]).isNeeded)
        #expect(!alignment("1", [:]).isNeeded)
        #expect(CompressionStates(onAccessNode: nil, copies: ["dn1": true]).areAlike)
        #expect(!CompressionStates(onAccessNode: nil, copies: ["dn1": true, "dn2": false]).areAlike)
        #expect(!CompressionStates(onAccessNode: false, copies: ["dn1": true]).areAlike)
    }

    @Test func whatIsReadInOrderTellsOfAllAddedRows() {
        let standing = ChunkStanding(nodes: [], status: "3", owner: "app")
        #expect(standing.isOrdered("3", besides: ["1"]) && standing.isOrdered("0", besides: ["3"]))
        #expect(!standing.isOrdered("1", besides: []) || !standing.isOrdered("1", besides: ["1"]))
        let plain = ChunkStanding(nodes: [], status: "1", owner: "app")
        #expect(plain.isOrdered("1", besides: ["1", "0"]) && !plain.isOrdered("1", besides: ["1", "3"]))
    }

    @Test func theTimeOfAChunkIsNotedWhole() throws {
        let row = ["id": "7", "lowest": "-9223372036854775808", "greatest": "41"] as [String: String?]
        let invalidation = try #require(ChunkInvalidation(row: row))
        let capabilities = Capabilities(row: ["functions": "{}"])
        let text = invalidation.noting(on: "dn1", capabilities).shown
        #expect(
            text.contains("invalidation_hyper_log_add_entry(7, ''-9223372036854775808''::bigint, ''41''::bigint)"),
            "\(text)")
        #expect(ChunkInvalidation(row: ["id": "7", "lowest": "5", "greatest": "4"]) == nil)
    }
}
