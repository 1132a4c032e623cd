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

    /// Running again would come to the same where another command is what helps.
    @Test func whatAnotherCommandMendsIsNotToGoOn() async {
        var differs = ClusterError("the copies differ", remedy: "hypertable repair")
        differs.isFinal = true
        let steps = [("c1", differs), ("c2", ClusterError("busy"))].map { Failing(name: $0.0, error: $0.1) }
        let records = await Operation(steps, parallel: 1).run(Unheard())
        #expect(records.left() == ["c2"])
    }

    /// TimescaleDB names the operation in the detail, another one for each chunk.
    @Test func theOperationOfEachChunkTellsNothingOfTheReason() async {
        func refused(_ detail: String) -> ClusterError {
            var error = ClusterError("could not connect to \"dn2\"")
            error.detail = detail
            return error
        }
        let steps = ["Chunk copy operation id: a.", "Chunk copy operation id: b.", "Connection refused"].enumerated()
            .map {
                Failing(name: "c\($0.offset)", error: refused($0.element))
            }
        let failures = await Operation(steps, parallel: 1).run(Unheard()).failures()
        #expect(
            failures.map(\.message) == ["c0, c1: could not connect to \"dn2\"", "c2: could not connect to \"dn2\""])
        #expect(failures.map(\.detail) == [nil, "Connection refused"])
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
