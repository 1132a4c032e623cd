import MultiNode
import Testing

@testable import Shell

@Suite struct PlanTextTests {
    @Test func headings() {
        let statements = Plan([.statement("SELECT 1"), .statement("SELECT 2")])
        #expect(statements.shown() == "-- access node\nSELECT 1;\nSELECT 2;")
        #expect(statements.shown(sideBySide: true) == "-- access node, side by side\nSELECT 1;\nSELECT 2;")
        #expect(
            Plan([.statement("SELECT 1"), .transaction(["SELECT 2", "SELECT 3"]), .statement("SELECT 4")]).shown()
                == """
                -- access node
                SELECT 1;
                -- access node, one transaction
                BEGIN;
                SELECT 2;
                SELECT 3;
                COMMIT;
                -- access node
                SELECT 4;
                """)
    }

    @Test func plansArePastedIntoPsql() {
        func plan(_ text: String) -> String {
            let sql = SQL(text: text, shown: text)
            return Plan(sql).shown()
        }
        #expect(plan("SELECT 1") == "-- access node\nSELECT 1;")
        #expect(plan("SELECT 1;") == "-- access node\nSELECT 1;")
        #expect(plan("SELECT 1; -- done") == "-- access node\nSELECT 1; -- done")
        #expect(plan("SELECT 1 -- done") == "-- access node\nSELECT 1 -- done\n;")
        #expect(plan("SELECT '2030-01-01'") == "-- access node\nSELECT '2030-01-01';")
        #expect(plan("SELECT ';--'") == "-- access node\nSELECT ';--';")
        #expect(plan("SELECT 1 /* - */") == "-- access node\nSELECT 1 /* - */;")
        #expect(Plan().shown().isEmpty)
    }
}
