import CannedServers
import MultiNode
import Shell
import Testing

/// Which chunks the filters of commands choose that move some, and in which order these go.
@Suite struct ChunkFilterTests {
    private let canned = CannedCluster()

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    /// The numbers of the chunks that are to be moved, in their order.
    private func moved(_ command: String) async throws -> [String] {
        let answer = try await run("\(command) --dry-run --format csv --columns chunk")
        #expect(answer.status == .done, "\(answer)")
        return answer.data.split(separator: "\n").dropFirst().map { name in
            String(name.dropLast("_chunk".count).split(separator: "_").last ?? "")
        }
    }

    @Test(arguments: ["chunk copy", "chunk move"]) func thoseOfNodesAreChosen(verb: String) async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn2"], 3: ["dn1"]])
        #expect(try await moved("\(verb) --of metrics --to dn3") == ["1", "2", "3"])
        #expect(try await moved("\(verb) --of metrics --on dn1 --to dn3") == ["1", "3"])
        #expect(try await moved("\(verb) --of metrics --on dn1,dn2 --to dn3") == ["1", "2", "3"])
        #expect(try await moved("\(verb) --of metrics --on dn3 --to dn1") == [])
    }

    @Test func thoseOfNodesAreChosenToBeDropped() async throws {
        canned.has(placed: [1: ["dn1", "dn2"], 2: ["dn1", "dn3"]])
        #expect(try await moved("chunk drop-copy --of metrics --on dn2 --from dn1") == ["1"])
    }

    @Test func thoseWithTooFewCopiesAreChosen() async throws {
        canned.has(placed: [1: ["dn1", "dn2"], 2: ["dn1"], 3: ["dn2"]], factor: 2)
        #expect(try await moved("chunk copy --of metrics --under-replicated --to dn3") == ["2", "3"])
        #expect(try await moved("chunk copy --of metrics --under-replicated --on dn2 --to dn3") == ["3"])
        // One that is on record only counts as none.
        canned.has(copies: [20: 1000], on: "dn1")
        #expect(try await moved("chunk copy --of metrics --under-replicated --to dn3") == ["1", "2", "3"])
    }

    @Test func theOrderIsThatOfTheTimeOrOfTheBytes() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"], 3: ["dn1"]])
        canned.has(copies: [10: 500, 20: 9000, 30: 700], on: "dn1")
        #expect(try await moved("chunk move --of metrics --to dn2") == ["1", "2", "3"])
        #expect(try await moved("chunk move --of metrics --to dn2 --order cold") == ["1", "2", "3"])
        #expect(try await moved("chunk move --of metrics --to dn2 --order large") == ["2", "3", "1"])
        #expect(try await moved("node drain dn1 --to dn2 --order large") == ["2", "3", "1"])
    }

    @Test(arguments: ["chunk move --of metrics --to dn2", "node drain dn1", "hypertable balance", "hypertable repair"])
    func whatIsNoValueIsFoundBeforeAnythingRuns(command: String) async throws {
        for (option, message) in [
            ("--until 25:00", "'25:00' is no time of the day"), ("--until soon", "'soon' is no time of the day"),
            ("--max-rate fast", "'fast' is no number of bytes"), ("--max-rate 0", "'0' is no number of bytes"),
            ("--order hot", "hot"), ("--parallel 0", "--parallel"),
        ] {
            let answer = try await run("\(command) \(option)")
            #expect(answer.status == .usage && answer.messages.contains(message), "\(option): \(answer)")
        }
        #expect(canned.servers.opened == 0)
    }

    @Test(arguments: [
        ("--max-rate 5x", "'5x' is no number of bytes"), ("--until 7", "'7' is no time of the day"),
        ("--order large", "unknown option --order"),
    ])
    func migrateCopyTakesARateAndAnEnd(option: String, message: String) async throws {
        let answer = try await run("migrate copy \(option)")
        #expect(answer.status == .usage && answer.messages.contains(message), "\(answer)")
        #expect(canned.servers.opened == 0)
    }
}
