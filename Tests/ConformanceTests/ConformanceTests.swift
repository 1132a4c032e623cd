import Sandbox
import Testing

/// Replays on the engine at hand what TimescaleDB 2.13.1 was seen to answer. `TSCL_ENGINE` names the engine otherwise.
@Suite(.serialized, .replay)
struct ConformanceTests {
    @Test(arguments: try ConformanceCase.load())
    func replays(_ conformanceCase: ConformanceCase) async throws {
        let replay = try #require(ReplayTrait.replay)
        let differences = try await replay.run(conformanceCase)
        let deviation =
            await replay.engine == .emulator
            ? Deviation.ofTheEmulator.first { $0.case == conformanceCase.name } : nil
        let deviating = deviation.map { Array($0.steps) } ?? []
        let unlisted = differences.filter { !deviating.contains($0.step) }
        // Steps that are listed and don't deviate fail as well.
        #expect(differences.map(\.step) == deviating, "\(unlisted.map(\.description).joined(separator: "\n"))")
        if differences.map(\.step) == deviating {
            await replay.count(agrees: deviation == nil)
        }
    }
}

/// Brings servers up before the first case; after the last it takes them down and prints what was compared.
struct ReplayTrait: SuiteTrait, TestScoping {
    @TaskLocal static var replay: Replay?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let cluster = try await Cluster(engine: .automatic, name: "conformance")
        let replay = Replay(on: cluster)
        do {
            try await Self.$replay.withValue(replay) { try await function() }
        } catch {
            try await cluster.sandbox.down(purge: true)
            throw error
        }
        print(await replay.summary)
        try await cluster.sandbox.down(purge: true)
    }
}

extension Trait where Self == ReplayTrait {
    static var replay: Self { Self() }
}
