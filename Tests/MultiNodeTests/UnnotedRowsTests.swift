import MultiNode
import Testing

@Suite struct UnnotedRowsTests {
    private func rows(_ count: Int) -> [[String: String?]] {
        (1...count).map { ["table_schema": "public", "table_name": "metrics", "schema": "s", "name": "it's_\($0)"] }
    }

    @Test func theRemedyNamesTheChunks() {
        let found = UnnotedRows.list(rows(2)).map(\.finding)
        #expect(found.map(\.place) == ["public.metrics"] && found.map(\.severity) == [.warning])
        #expect(found.first?.text.hasPrefix("rows were added to 2 of its chunks beside a compression") == true)
        #expect(
            found.first?.remedy == """
                sql SELECT compress_chunk(decompress_chunk(c)) \
                FROM unnest(ARRAY['"s"."it''s_1"', '"s"."it''s_2"']::regclass[]) c
                """)
        let many = UnnotedRows.list(rows(30)).map(\.finding)
        #expect(many.first?.remedy.hasSuffix("; then check again, for the others") == true)
    }
}
