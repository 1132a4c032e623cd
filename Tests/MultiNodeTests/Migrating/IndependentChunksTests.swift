import MultiNode
import Testing

/// Chunks that keep what is dropped from their table.
@Suite struct IndependentChunksTests {
    @Test func eachFaultIsToldWithWhatMendsIt() {
        let found = IndependentChunks(row: [
            "parent_schema": "public", "parent_name": "m", "schema": "public", "name": "m", "keeping": "3",
            "with_columns": "1", "with_checks": "2", "columns": "{e3}", "checks": "{pos}",
        ]).obstacles
        #expect(found.map(\.forbids) == [false, false, false])
        #expect(found[0].text.hasPrefix("3 chunks of m keep what is dropped"))
        #expect(found[0].remedies.first?.contains("SET attislocal = false") == true)
        #expect(found[1].text == "1 chunk of m has e3, which it has no more: INSERT and COPY fail there")
        #expect(found[2].text == "2 chunks of m have pos, which it has no more, and refuse rows by that")
        #expect(found[1].remedies.first?.contains("SET timescaledb.restoring = 'on'; DO") == true)
        #expect(found[2].remedies.first?.contains("DROP CONSTRAINT") == true)
    }

    @Test func whatIsAsItShouldBeIsNotTold() {
        let found = IndependentChunks(row: [
            "parent_schema": "public", "parent_name": "m", "schema": "public", "name": "m", "keeping": "0",
            "with_columns": "0", "with_checks": "0", "columns": "{}", "checks": "{}",
        ]).obstacles
        #expect(found.isEmpty)
    }
}
