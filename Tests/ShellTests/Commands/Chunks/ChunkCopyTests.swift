import CannedServers
import MultiNode
import Shell
import Testing

/// What `chunk copy` and `chunk move` make of chunks that have their copy already.
@Suite struct ChunkCopyTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    @Test func aCopyThatIsThereIsNoFailure() async throws {
        canned.has(placed: [1: ["dn1", "dn2"], 2: ["dn1", "dn2"]])
        for from in ["", " --from dn1"] {
            let all = try await run("chunk copy --of metrics\(from) --to dn2")
            #expect(all.status == .done && all.data.contains("nothing to do"), "\(all)")
            #expect(all.messages.contains("unchanged: 2 chunks of metrics have a copy on dn2"), "\(all)")
            let one = try await run("chunk copy _dist_hyper_1_1_chunk\(from) --to dn2")
            #expect(one.status == .done, "\(one)")
            #expect(one.messages.contains("unchanged: _timescaledb_internal._dist_hyper_1_1_chunk is on dn2"), "\(one)")
        }
    }

    /// Else each further run would make one more.
    @Test func runAgainItCopiesWhatIsLeft() async throws {
        canned.has(placed: [1: ["dn1", "dn2"], 2: ["dn1"], 3: ["dn1", "dn3"]])
        let answer = try await run("chunk copy --of metrics --from dn1 --to dn2,dn3 --dry-run --format csv")
        let moves = answer.data.split(separator: "\n").dropFirst()
        #expect(answer.status == .done && moves.count == 1, "\(answer)")
        #expect(moves.allSatisfy { $0.contains("_dist_hyper_1_2_chunk,dn1,") }, "\(answer)")
        let text = try await run("chunk copy --of metrics --from dn1 --to dn2,dn3 --dry-run")
        #expect(text.messages.contains("unchanged: 2 chunks of metrics have a copy on one of dn2"), "\(text)")
        // Who names a chunk and its place has it there, too.
        let named = try await run("chunk copy _dist_hyper_1_1_chunk --to dn3 --dry-run --format csv")
        #expect(named.status == .done && named.data.contains(",dn1,dn3,"), "\(named)")
    }

    /// What is left of the move is done, where the chunk keeps as many copies as it is to have.
    @Test func aMoveToWhereTheChunkIsDropsTheOldCopy() async throws {
        canned.has(placed: [1: ["dn1", "dn2", "dn3"], 2: ["dn1", "dn2"]], factor: 2)
        let move = "chunk move _dist_hyper_1_1_chunk --from dn1 --to dn2 --dry-run --format csv"
        let answer = try await run(move)
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.data.contains("drop,metrics,_timescaledb_internal._dist_hyper_1_1_chunk,dn1,,"), "\(answer)")
        let few = try await run("chunk move _dist_hyper_1_2_chunk --from dn1 --to dn2 --dry-run")
        #expect(few.status == .failed && few.messages.contains("dn2 has a copy already"), "\(few)")
    }
}
