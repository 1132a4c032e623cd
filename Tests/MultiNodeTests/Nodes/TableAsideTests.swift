import MultiNode
import Testing

/// Rows that are kept aside before their table is dropped.
@Suite struct TableAsideTests {
    @Test func bothHappenOrNothing() {
        let aside = TableAside(TableName(schema: "public", name: "it's"), name: "it's_detached_1")
        #expect(
            aside.statement == """
                DO 'BEGIN CREATE TABLE "public"."it''s_detached_1" AS TABLE "public"."it''s"; \
                DROP TABLE "public"."it''s"; END'
                """)
    }

    @Test func aNameIsNeverCutToTheTablesOwn() {
        let long = String(repeating: "表", count: 21)
        #expect(TableAside(TableName(schema: nil, name: long), name: nil).aside.name == "table_detached")
        #expect(TableAside(TableName(schema: nil, name: "m"), name: nil).aside.name == "m_detached")
    }
}
