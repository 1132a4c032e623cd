import Operations
import Testing

/// Ten thousand runs of operations on model clusters. Statements fail, hang and lose their answers at random; runs are
/// stopped, cancelled and killed at random places, and repeated until nothing is left to do.
@Suite struct RandomRunTests {
    private static let runs = 3_400

    @Test func heal() { play { HealScenario(using: &$0) } }

    @Test func nodeAdd() { play { NodeAddScenario(using: &$0) } }

    @Test func copies() { play { CopyScenario(using: &$0) } }

    @Test func aSeedRepeatsItsRuns() {
        for seed: UInt64 in 1...20 {
            var (first, second) = (
                RandomHistory(seed: seed) { CopyScenario(using: &$0) },
                RandomHistory(seed: seed) { CopyScenario(using: &$0) }
            )
            first.play()
            second.play()
            #expect(first.outcomes == second.outcomes && first.elapsed == second.elapsed)
        }
    }

    private func play<Situation: Scenario>(_ make: (inout SplitMix64) -> Situation) {
        var runs = 0
        var seed: UInt64 = 0
        while runs < Self.runs {
            seed += 1
            var history = RandomHistory(seed: seed, make)
            history.play()
            runs += history.runs
            if !history.violations.isEmpty {
                Issue.record("seed \(seed): \(history.violations.joined(separator: "\n"))")
                return
            }
        }
    }
}
