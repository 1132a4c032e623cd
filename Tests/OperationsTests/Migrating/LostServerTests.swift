import ClusterAccess
import MultiNode
import Operations
import Platform
import Testing

/// What becomes of the chunks that are left when a server is gone.
@Suite struct LostServerTests {
    private final class LostSite: MigrationSite {
        let error: ClusterError
        let noted = Lock(0)

        init(_ error: ClusterError) { self.error = error }

        func copy(
            _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, readsFirst: Bool,
            reached: @escaping @Sendable (TransferStage) -> Void
        ) async throws(ClusterError) -> CopyAnswer { throw error }

        func note(_ error: ClusterError, of chunk: Int) async { noted.withLock { $0 += 1 } }
        func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool { true }
        func remove(_ chunk: MigratedChunk) async throws(ClusterError) {}
        func clear(_ stray: TableName) async throws(ClusterError) {}
        func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk? { throw error }
    }

    private static let parallel = 4

    private static func run(_ site: LostSite) async -> [StepRecord<ChunkMigrationStep>] {
        let steps = (1...50).map { _ in
            ChunkMigrationStep(
                .copy(ModelMigration.chunk), of: TableName(schema: "public", name: "m"), since: nil,
                from: ["dn1", "dn2"], weight: 1, on: site)
        }
        return await Operation(steps, parallel: parallel).run(RandomMigrationTests.Unheard())
    }

    private static func tried(_ records: [StepRecord<ChunkMigrationStep>]) -> Int {
        records.count { if case .notBegun = $0.outcome { false } else { true } }
    }

    @Test(arguments: [nil, MigrationTarget.name]) func noFurtherChunkIsBegun(server: String?) async {
        let site = LostSite(ClusterError("Connection refused", kind: .connectionFailed, node: server))
        let records = await Self.run(site)
        #expect((1...Self.parallel).contains(Self.tried(records)) && records.count == 50)
        #expect(site.noted.withLock { $0 } == 0)
    }

    /// Other chunks may be elsewhere, or be copied all the same.
    @Test(arguments: [
        ClusterError("Connection refused", kind: .connectionFailed, node: "dn2"),
        ClusterError("no space left on device", node: MigrationTarget.name),
    ])
    func theOthersGoOn(error: ClusterError) async {
        #expect(Self.tried(await Self.run(LostSite(error))) == 50)
    }
}
