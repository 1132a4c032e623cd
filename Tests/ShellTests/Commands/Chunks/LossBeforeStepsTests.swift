import CannedServers
import MultiNode
import Shell
import Testing

/// Operations whose access node is lost before they have begun anything.
@Suite struct LossBeforeStepsTests {
    private let canned = CannedCluster()
    private static let doubt = "whether this took effect is not known"

    init() {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"]])
    }

    @Test(arguments: [
        "node drain dn1 --parallel 6", "hypertable balance --by chunks", "hypertable repair metrics",
    ]) func nothingIsInDoubt(_ command: String) async throws {
        canned["an1"].answer(ChunkPosition.list(of: []), .lost)
        let answer = try await canned.run(command)
        #expect(answer.status == .noConnection, "\(answer)")
        #expect(
            answer.messages.contains(
                "the connection to the access node was lost (server closed the connection unexpectedly): nothing had been begun"
            ), "\(answer)")
        #expect(
            !answer.messages.contains(Self.doubt) && answer.messages.contains("to go on: \(command)\n"), "\(answer)")
        #expect(answer.messages.contains("help: run it again when the access node answers"), "\(answer)")
    }

    @Test func chunksThatAreNamedAreNoOther() async throws {
        canned["an1"].answer(MovingCatalog.tables([]), .lost)
        let answer = try await canned.run("chunk move _dist_hyper_1_1_chunk --to dn2")
        #expect(answer.messages.contains(": nothing had been begun"), "\(answer)")
        #expect(answer.messages.contains("to go on: chunk move _dist_hyper_1_1_chunk --to dn2"), "\(answer)")
    }

    /// What an earlier run had left was being removed.
    @Test func whereSomethingWasPreparedNoMoreIsPromised() async throws {
        let begun: [String: String?] = [
            "operation": "tscl_1_1", "pid": "1", "stage": "init", "chunk": "1", "table_schema": "public",
            "table_name": "metrics", "source": "dn1", "destination": "dn2", "own": "t", "running": "f",
        ]
        canned["an1"].answer(ChunkCopying.list(), .rows([begun]))
        canned["an1"].answer(ChunkPosition.list(of: []), .lost)
        let answer = try await canned.run("hypertable balance --by chunks")
        #expect(answer.messages.contains(", before a further step was begun"), "\(answer)")
        #expect(!answer.messages.contains("nothing had been begun") && !answer.messages.contains(Self.doubt))
        #expect(answer.messages.contains("to go on: hypertable balance --by chunks"))
    }

    /// Of what keeps new chunks away nobody knows then.
    @Test func whatWasSentBeforeTheStepsIsInDoubt() async throws {
        canned["an1"].answer(
            Nodes.block("dn1", for: CannedCluster.metrics, CannedCluster.capabilities).statements[0], .lost)
        let answer = try await canned.run("node drain dn1")
        #expect(answer.messages.contains(Self.doubt), "\(answer)")
        #expect(answer.messages.contains("to go on: node drain dn1"), "\(answer)")
    }

    @Test func whatOnlyReadsLeavesNoDoubt() async throws {
        canned["an1"].answer(ChunkedTable.list, .lost)
        let answer = try await canned.run("chunk list")
        #expect(answer.status == .noConnection && !answer.messages.contains(Self.doubt), "\(answer)")
        canned["an1"].answer("SELECT 1", .lost)
        #expect(try await canned.run("sql SELECT 1").messages.contains(Self.doubt))
    }
}
