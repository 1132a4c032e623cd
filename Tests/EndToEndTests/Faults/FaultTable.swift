import FaultProxy
import Foundation
import Sandbox
import Testing

/// Commands and what goes wrong while they run. What tscl says is held against what the servers then have.
///
/// A part of the table is for every run; `scripts/check --faults` has all of it.
@Suite struct FaultTableTests {
    private static let clusters = Task { try await ProxiedCluster.make() }

    /// Each with a number of its own.
    static let cases: [FaultCase] = {
        let all = FaultedCommand.all.flatMap { command in FaultKind.all.map { (command, $0) } }
        // A number without a common divisor with either count takes each command and each fault in turn.
        let step = ProcessInfo.processInfo.environment["TSCL_FAULTS"] == nil ? 11 : 1
        return all.enumerated().filter { $0.offset % step == 0 }
            .map { FaultCase(number: $0.offset, command: $0.element.0, kind: $0.element.1) }
    }()

    @Test(arguments: cases) func whatIsSaidIsWhatHappened(_ trial: FaultCase) async throws {
        guard let moment = trial.kind.moment(for: trial.command) else { return }
        let proxied = try await Self.clusters.value
        if trial.command.needsTimescaleDB, proxied.cluster.sandbox.engine == .emulator { return }
        try await FaultTrial(command: trial.command, kind: trial.kind, proxied: proxied, number: trial.number)
            .run(at: moment)
    }
}

/// A place in the table.
struct FaultCase: Sendable, CustomTestStringConvertible {
    let number: Int
    let command: FaultedCommand
    let kind: FaultKind

    var testDescription: String { "\(number): \(command.testDescription) while \(kind.testDescription)" }
}
