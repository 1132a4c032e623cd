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

    @Test(arguments: ["move", "copy"], ["--to dn2,dn3", "--to dn2"])
    func aNodeWhoseDiskIsFullIsGoneRound(verb: String, to: String) async throws {
        canned.has(placed: [1: ["dn1"]])
        let name = CannedCluster.chunkName(1)
        var server = canned["an1"]
        server.answer(
            ChunkStanding.query(ofChunk: 1), .rows([["nodes": "{dn1}", "status": "0", "owner": "postgres"]]))
        server.answer(ChunkCopying.list(ofChunk: 1), .none)
        server.answer(ChunkCopySQL.claim(1, process: 0), .value("t"))
        server.answer(ChunkCopySQL.limit(CopyEstimate.limit(1000)), .done("SET"))
        // The copy itself, whose name is another one each time.
        server.otherwise = .refused("[dn2]: could not extend file: No space left on device", sqlstate: "53100")
        canned["an1"] = server
        canned["dn1"].answer(ChunkStanding.status(of: name), .rows([["status": "0"]]))
        canned["dn1"].answer(ChunkCopySQL.compressedTable(of: name), .none)
        canned["dn1"].answer(MissingValues.list(among: [name]), .none)
        let answer = try await run("chunk \(verb) _dist_hyper_1_1_chunk --from dn1 \(to) --parallel 6")
        #expect(answer.status == .failed, "\(answer)")
        let isRound = to.contains("dn3")
        #expect(answer.data.contains("from dn1 to dn3") == isRound, "\(answer)")
        #expect(answer.data.contains("from dn1 to dn2") == !isRound, "\(answer)")
        #expect(answer.messages.contains("the disk of dn2 is full: it is given nothing more") == isRound, "\(answer)")
    }

    /// A plan tells what the run would refuse, as far as that is seen without holding anybody up.
    @Test func whatDiffersIsNotDroppedInAPlanEither() async throws {
        canned.has(placed: [1: ["dn1", "dn2", "dn3"]], factor: 2)
        for (node, rows) in [("dn1", "3"), ("dn2", "2"), ("dn3", "2")] {
            canned.answers(node, .count(), about: 1, [["rows": rows]])
        }
        let answer = try await run("chunk drop-copy _dist_hyper_1_1_chunk --from dn1 --dry-run")
        #expect(answer.status == .failed, "\(answer)")
        #expect(
            answer.messages.contains("differ, so that the one on dn1 stays: rows 3 on dn1, 2 on dn2, 2 on dn3"),
            "\(answer)")
        #expect(answer.messages.contains("'hypertable repair public.metrics' makes those anew"), "\(answer)")
        let equal = try await run("chunk drop-copy _dist_hyper_1_1_chunk --from dn2 --dry-run --format csv")
        #expect(equal.status == .done && equal.data.contains("drop,metrics,"), "\(equal)")
        // Nobody is to run again what comes to the same.
        canned.has(placed: [1: ["dn1"]])
        let only = try await run("chunk drop-copy _dist_hyper_1_1_chunk --from dn1 --yes")
        #expect(only.status == .failed && !only.messages.contains("to go on"), "\(only)")
    }
}
