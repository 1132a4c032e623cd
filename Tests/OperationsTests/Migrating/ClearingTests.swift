import MultiNode
@testable import Operations
import Testing

/// Who deletes what is to be replaced by what was written since.
@Suite struct ClearingTests {
    private static let old = TableName(schema: "s", name: "old_1")
    private static let copied = WrittenChunk(row: ["schema": "s", "name": "c", "old_schema": "s", "old_name": "old_1"])
    private static let new = WrittenChunk(row: ["schema": "s", "name": "d"])

    private static func clearing(
        isWhole: Bool = true, hasCopies: Bool = false, compressed: Set<TableName> = []
    ) -> Clearing {
        Clearing(available: ["dn1", "dn2"], isWhole: isWhole, hasCopies: hasCopies, compressed: compressed)
    }

    @Test func theNodesClearWhatTheAccessNodeWouldRowForRow() {
        #expect(Self.clearing().nodes(for: Self.copied) == ["dn1", "dn2"])
        // The old table has nothing there.
        #expect(Self.clearing().nodes(for: Self.new) == [])
    }

    /// What a node has that takes part in nothing would stay.
    @Test func notWhereANodeIsLeftOut() {
        #expect(Self.clearing(isWhole: false).nodes(for: Self.copied) == [])
        #expect(Self.clearing(isWhole: false, hasCopies: true).nodes(for: Self.copied) == ["dn1", "dn2"])
    }

    /// The access node refuses it, and tells what helps.
    @Test func notWhereTheChunkIsCompressed() {
        #expect(Self.clearing(compressed: [Self.old]).nodes(for: Self.copied) == [])
    }

    @Test func theAccessNodeTakesLonger() {
        let slow = Self.clearing(compressed: [Self.old])
        #expect(slow.writing([Self.copied]) > 4 * Self.clearing().writing([Self.copied]))
        #expect(slow.writing([Self.copied]) > slow.writing([Self.copied, Self.new]))
    }
}
