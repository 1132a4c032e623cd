import CannedServers
import MultiNode
import Shell
import Testing

/// Which chunks the commands are about that move them: filters hold for whatever is named.
@Suite struct ChunkChoiceTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    /// The numbers of the chunks that a dry run names.
    private func chosen(_ command: String) async throws -> [Int] {
        let answer = try await run("\(command) --dry-run --format csv")
        #expect(answer.status == .done, "\(answer)")
        return answer.data.split(separator: "\n").dropFirst()
            .compactMap { line in line.split(separator: "_dist_hyper_1_").last?.prefix { $0.isNumber } }
            .compactMap { Int($0) }.sorted()
    }

    private static let choices = [
        "metrics", "--of metrics", "_dist_hyper_1_1_chunk _dist_hyper_1_2_chunk _dist_hyper_1_3_chunk",
        "'_dist_hyper_1_*'",
    ]

    private func has(_ chunks: [(id: Int, nodes: [String], compressed: String?)]) {
        canned.has(placed: Dictionary(uniqueKeysWithValues: chunks.map { ($0.id, $0.nodes) }), factor: 2)
        canned.has(
            chunks: chunks.map { CannedCluster.row(chunk: $0.id, on: $0.nodes, compressed: $0.compressed) })
    }

    @Test(arguments: choices) func filtersHoldForAllThatIsNamed(choice: String) async throws {
        has([(1, ["dn1", "dn2"], "t"), (2, ["dn1", "dn3"], "f"), (3, ["dn1", "dn2"], "f")])
        let drop = "chunk drop-copy \(choice) --from dn1 --yes"
        #expect(try await chosen(drop) == [1, 2, 3])
        #expect(try await chosen("\(drop) --compressed") == [1])
        #expect(try await chosen("\(drop) --uncompressed") == [2, 3])
        #expect(try await chosen("\(drop) --on dn3") == [2])
        #expect(try await chosen("\(drop) --on dn3 --compressed") == [])
        #expect(try await chosen("\(drop) --under-replicated") == [])
    }

    @Test(arguments: choices) func soDoTimesForMovesAndCopies(choice: String) async throws {
        has([(1, ["dn1"], "f"), (2, ["dn1"], "f"), (3, ["dn1"], "f")])
        for verb in ["move", "copy"] {
            let command = "chunk \(verb) \(choice) --from dn1 --to dn2"
            #expect(try await chosen("\(command) --older-than 30d") == [1, 2, 3])
            var older = Chunk.Choice()
            (older.tables, older.olderThan) = ([1], .ago(2_592_000))
            let asked = Chunk.list(older, CannedCluster.capabilities)
            #expect(canned.toAccessNode.contains(asked.text), "the server is not asked for those that are older")
            #expect(try await chosen("\(command) --under-replicated --on dn1").count == 3)
        }
        let wrong = try await run("chunk move \(choice) --from dn1 --to dn2 --newer-than 5 --dry-run")
        #expect(wrong.status == .failed && wrong.messages.contains("the time of metrics is a time"), "\(wrong)")
    }

    /// In versions whose access node does not know, its nodes do.
    @Test func whetherAChunkIsCompressedTellItsNodes() async throws {
        has([(1, ["dn1", "dn2"], nil), (2, ["dn1", "dn2"], nil), (3, ["dn1", "dn2"], nil)])
        for node in ["dn1", "dn2"] { canned.has(copies: [10: 1, 20: 1, 30: 1], on: node, compressed: true) }
        let drop = "chunk drop-copy metrics --from dn1 --yes"
        #expect(try await chosen("\(drop) --compressed") == [1, 2, 3])
        #expect(try await chosen("\(drop) --uncompressed") == [])
        canned["dn1"].openings = [.down("dn1")]
        canned["dn2"].openings = [.down("dn2")]
        let unknown = try await run("\(drop) --uncompressed --dry-run")
        #expect(unknown.data.contains("nothing to do"), "\(unknown)")
    }

    @Test func whatIsNamedTwiceIsRefused() async throws {
        let answer = try await run("chunk move metrics --of metrics --to dn2")
        #expect(answer.status == .usage && answer.messages.contains("--of chooses the chunks"), "\(answer)")
    }

    /// Nobody waits for tables that are only made.
    @Test(arguments: ["--max-pause 1s", "--lock-timeout 1s"]) func limitsOfAPromotionAreForOne(option: String)
        async throws
    {
        let answer = try await run("migrate start metrics \(option)")
        #expect(answer.status == .usage && answer.messages.contains("--promote"), "\(answer)")
    }
}
