import Sandbox
import Testing

/// Replays on the engine at hand what TimescaleDB 2.13.1 was seen to answer. `TSCL_ENGINE` names the engine otherwise.
@Suite(.serialized, .conformanceCluster)
struct ConformanceTests {
    @Test(arguments: try ConformanceCase.load())
    func replays(_ conformanceCase: ConformanceCase) async throws {
        let cluster = try #require(ConformanceClusterTrait.cluster)
        let differences = try await cluster.replay(conformanceCase)
        let listed = Deviation.ofTheEmulator.first { $0.case == conformanceCase.name && cluster.engine == .emulator }
        let steps = differences.map(\.step)
        let expected = listed.map { Array($0.steps) } ?? []
        #expect(
            steps == expected,
            "\(differences.filter { !expected.contains($0.step) }.map(\.description).joined(separator: "\n"))")
        if steps == expected {
            await cluster.count(agrees: listed == nil)
        }
    }
}

/// Brings the servers up before the first case, and after the last takes them down and prints what was compared.
struct ConformanceClusterTrait: SuiteTrait, TestScoping {
    @TaskLocal static var cluster: ConformanceCluster?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let cluster = try await ConformanceCluster()
        let result: Result<Void, any Error>
        do {
            result = .success(try await Self.$cluster.withValue(cluster) { try await function() })
        } catch {
            result = .failure(error)
        }
        print(await cluster.summary)
        try await cluster.close()
        try result.get()
    }
}

extension Trait where Self == ConformanceClusterTrait {
    static var conformanceCluster: Self { Self() }
}
