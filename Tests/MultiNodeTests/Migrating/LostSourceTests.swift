import MultiNode
import Testing

/// What tells that a chunk was dropped on purpose, and what does not.
@Suite struct LostSourceTests {
    private static func record(_ identity: String?, target: String? = "t", isThere: Bool = true) -> MigratedChunk {
        MigratedChunk(row: [
            "source_id": "7", "source_schema": "s", "source_name": "c", "state": "copied", "node": "dn2",
            "node_uuid": identity, "target_schema": "s", "target_name": target, "is_there": isThere ? "t" : "f",
        ])
    }

    @Test func onlyTheSameNodeTellsThatItHasDroppedAChunk() {
        func found(_ identity: String?, _ row: [String: String?]) -> LostSource? {
            LostSource.found(row, of: Self.record(identity), on: "dn2")
        }
        #expect(found("u1", ["uuid": "u1", "is_there": "f"]) == nil)
        #expect(found("u1", ["uuid": "u1", "is_there": "t"]) == .isThere("dn2"))
        // Another database by the name of the one that is gone, and one that nobody knows.
        #expect(found("u1", ["uuid": "u2", "is_there": "f"]) == .node("dn2"))
        #expect(found(nil, ["uuid": "u1", "is_there": "f"]) == .node("dn2"))
        #expect(found(nil, ["uuid": nil, "is_there": "f"]) == .node("dn2"))
    }

    /// What it gives again are numbers; a mark it has only if it has come from there.
    @Test func anAccessNodeThatHasNotTheCopysMarkHasGoneBack() {
        func missing(_ mark: String?) -> LostSource? {
            LostSource.missing(["m1", "m2"], of: MigratedChunk(row: ["source_id": "7", "access_mark": mark]))
        }
        #expect(missing("m2") == nil && missing("m3") == .accessNode && missing(nil) == .unmarked)
    }

    @Test func aCopyIsHeldWhereTheTargetHasIt() {
        #expect(Self.record("u1").holdsCopy)
        #expect(!Self.record("u1", isThere: false).holdsCopy && !Self.record("u1", target: nil).holdsCopy)
    }

    @Test func chunksOverlapInAllDimensions() {
        let one = #"{"a \"b": [0, 10], "time": [100, 200]}"#
        #expect(LostSource.overlap(one, one))
        #expect(LostSource.overlap(one, #"{"a \"b": [-5, 1], "time": [199, 300]}"#))
        #expect(!LostSource.overlap(one, #"{"a \"b": [0, 10], "time": [200, 300]}"#))
        #expect(!LostSource.overlap(one, #"{"a \"b": [10, 20], "time": [100, 200]}"#))
        #expect(LostSource.overlap(#"{"t": [-9223372036854775808, 5]}"#, #"{"t": [4, 9223372036854775807]}"#))
    }

    /// A node without an identity is none that could tell of them.
    @Test func whatIsLostWithANodeIsNotedOfCopiesAlone() {
        let text = MigratedChunk.lose([7, 9], with: "dn2", ofCluster: "c1").shown
        #expect(text.contains("SET node = 'dn2'::text, node_uuid = NULL"), "\(text)")
        #expect(text.contains("'{7,9}'::int[]") && text.contains("target_name IS NOT NULL"), "\(text)")
    }
}
