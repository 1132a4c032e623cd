import MultiNode
import Testing

/// Whether copies of a chunk agree on how it is compressed, and on what was added since.
@Suite struct CompressionStatesTests {
    private let table = TableName(schema: "public", name: "m")
    private let chunk = TableName(schema: "s", name: "c")

    private func states(_ copies: [String: Int]) -> CompressionStates {
        CompressionStates(
            onAccessNode: true, copies: copies.mapValues { $0 & 1 != 0 },
            noting: Set(copies.filter { $0.value & 2 != 0 }.map(\.key)))
    }

    /// A copy that TimescaleDB before 2.11 makes has 1 where the other has 3.
    @Test func aCopyThatHasLostTheNoteOfAddedRowsIsFound() {
        #expect(states(["dn1": 3, "dn2": 1]).forgetful == ["dn2"])
        #expect(states(["dn1": 3, "dn2": 3]).forgetful.isEmpty && states(["dn1": 1, "dn2": 1]).forgetful.isEmpty)
        // Nothing is compressed there, which is told otherwise.
        #expect(states(["dn1": 3, "dn2": 0]).forgetful.isEmpty)
    }

    @Test func itIsToldWithWhatHelps() {
        let finding = CompressionStates.forgetting(table, [(chunk, states(["dn1": 3, "dn2": 1]))])
        #expect(finding?.severity == .warning && finding?.place == "public.m")
        #expect(finding?.text.hasPrefix("of its chunk s.c the copy on dn2 has lost the note") == true)
        #expect(
            finding?.remedy
                == #"sql SELECT compress_chunk(decompress_chunk(c)) FROM unnest(ARRAY['"s"."c"']::regclass[]) c"#)
        #expect(CompressionStates.forgetting(table, []) == nil)
    }
}
