import ClusterAccess
import MultiNode
@testable import Operations
@testable import Shell
import Testing

/// What is told of steps that failed.
@Suite struct StepFailureTests {
    private struct Failing: Step {
        let name: String
        let error: ClusterError
        var weight: Int64 { 1 }
        var plan: Plan { Plan() }

        func isNeeded() async throws(ClusterError) -> Bool { true }
        func run(_ report: StepReport) async throws(ClusterError) -> Int { throw error }
        func result(after error: ClusterError) async throws(ClusterError) -> Int? { nil }
    }

    private struct Unheard: OperationListener {
        func received(_ event: OperationEvent<Int>) {}
    }

    @Test func whatFailedForOneReasonIsToldOnce() async {
        let gone = ClusterError("dn1 does not answer", remedy: "node ping dn1")
        let full = ClusterError("no space")
        let steps = [("c1", gone), ("c2", full), ("c3", gone), ("c4", gone)].map { Failing(name: $0.0, error: $0.1) }
        let records = await Operation(steps, parallel: 1).run(Unheard())
        let failures = records.failures()
        #expect(failures.map(\.message) == ["c1, c3 and 1 other: dn1 does not answer", "c2: no space"])
        #expect(failures.map(\.remedy) == ["node ping dn1", nil])
    }

    /// What may have taken effect is not told together with what has not.
    @Test func whatNobodyKnowsIsToldByItself() {
        let error = ClusterError("the connection was lost")
        let records = [("c1", StepOutcome<Int>.failed(error)), ("c2", .unknown(error)), ("c3", .unknown(error))].map {
            StepRecord(step: Failing(name: $0.0, error: error), outcome: $0.1, milliseconds: 0)
        }
        #expect(
            records.failures().map(\.message) == [
                "c1: the connection was lost", "c2, c3: the connection was lost: whether this took effect is not known",
            ])
    }
}
