import Rendering
import Shell
import Testing

/// The colours of states, and of nothing else.
@Suite struct StateColorTests {
    @Test func onlyColumnsOfStatesHaveThem() {
        let table = Table(
            columns: ["node", .state("state")],
            rows: [["down", "down"], ["a", "up"], ["b", "skipped"], ["c", "an1"]].map { $0.map { .text($0) } })
        #expect(
            table.coloringStates().styles == [
                .init(row: 0, column: 1): .bad, .init(row: 1, column: 1): .good, .init(row: 2, column: 1): .warn,
            ])
    }

    @Test(arguments: [
        (["up", "clean", "healed", "running", "Success"], CellStyle.good),
        (["down", "hanging", "refused", "unreachable", "blocked", "not_permitted", "failed", "error", "Failed"], .bad),
        (["in_progress", "skipped", "warning", "stopped", "frozen"], .warn),
    ])
    func eachStateOfTheListingsHasOne(states: [String], style: CellStyle) {
        let table = Table(columns: [.state("state")], rows: states.map { [.text($0)] })
        #expect(table.coloringStates().styles.count == states.count)
        #expect(table.coloringStates().styles.values.allSatisfy { $0 == style })
    }
}
