import Testing

@testable import MultiNode

/// The tables that the rows of dropped copies are kept in.
@Suite struct CopyAsideTests {
    @Test func whatWasMadeUnderAShortenedNameIsFoundAgain() {
        let table = TableName(schema: "public", name: "metrics")
        let chunk = TableName(schema: "_timescaledb_internal", name: String(repeating: "c", count: 50))
        let first = TableAside.firstName(for: "\(literal: chunk.name)::text", ending: "_replaced").text
        #expect(first.contains("pg_catalog.md5('\(chunk.name)'::text)") && first.contains("'_replaced'"))
        for statement in [CopyAside.freeName(of: chunk, table), CopyAside.names(of: chunk, table)] {
            #expect(statement.text.contains(first), "\(statement)")
        }
    }
}
