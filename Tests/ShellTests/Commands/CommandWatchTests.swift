import CannedServers
import MultiNode
import Shell
import Testing

/// What becomes of a command that takes long.
@Suite(.timeLimit(.minutes(1))) struct CommandWatchTests {
    private let canned = CannedCluster()
    private let gate = Gate()

    private static let lock: [String: String?] = [
        "pid": "1", "state": "active", "wait": "Lock", "old": "t", "holder": "77", "holder_role": "app",
        "holder_state": "idle in transaction", "holder_seconds": "9",
    ]

    init() {
        canned["an1"].answer(SessionWait.query(of: []), .rows([Self.lock]))
        canned["an1"].answer("X", .held(gate, .done("X")))
    }

    private func trial(
        longest: Duration = .milliseconds(5), _ configure: (inout Settings) -> Void = { _ in }
    ) async throws -> ShellTrial {
        let trial = try ShellTrial(canned, configure)
        var pace = CommandWatch.Pace()
        (pace.interval, pace.longestSilence, pace.longestLock) = (.milliseconds(1), longest, longest)
        await trial.session.interpreter.keep(pace)
        return trial
    }

    /// In a file it is said once, however often it is looked at.
    @Test func itIsSaidWhatItWaitsFor() async throws {
        let trial = try await trial(longest: .seconds(3600))
        async let answer = trial.run("sql X")
        await canned.servers.receive(SessionWait.query(of: []), times: 3)
        gate.open()
        let said = try await answer
        #expect(said.status == .done && said.data == "X\n")
        #expect(
            said.messages.replacing(/takes \d+ s/, with: "takes 0 s")
                == "note: sql takes 0 s: waiting for a lock that is held by process 77 (app, idle in transaction for 9 s)\n"
        )
    }

    /// Whoever looks after commands sleeps on while one follows the other.
    @Test func theNextOneIsLookedAfterToo() async throws {
        canned["an1"].answer("Y", .done("Y"))
        let trial = try await trial(longest: .seconds(3600))
        for _ in 0..<3 { #expect(try await trial.run("sql Y").status == .done) }
        async let answer = trial.run("sql X")
        await canned.servers.receive(SessionWait.query(of: []))
        gate.open()
        #expect(try await answer.status == .done)
    }

    @Test func behindALockWhoseHolderDoesNothingItEnds() async throws {
        let answer = try await trial().run("sql X")
        #expect(answer.status == .failed)
        #expect(
            answer.messages.contains("t:1:1: error: no sign of life for 0.005 seconds: it was waiting for a lock"),
            "\(answer)")
        #expect(answer.messages.contains("WHERE pid = 77 AND state") && answer.messages.contains("--timeout 0 waits"))
    }

    @Test func withoutALimitItGoesOn() async throws {
        let trial = try await trial { $0.limit(to: .zero) }
        async let answer = trial.run("sql X")
        await canned.servers.receive(SessionWait.query(of: []), times: 20)
        gate.open()
        #expect(try await answer.status == .done)
    }

    /// An answer that comes while the command is being ended is the answer all the same.
    @Test func whatIsDoneIsNotToldAsFailed() async throws {
        canned["an1"].answer("X", .whenCancelled(.done("X")))
        let said = try await trial().run("sql X")
        #expect(said.status == .done && said.data == "X\n", "\(said)")
        #expect(said.messages.contains("no sign of life"), "\(said)")
    }

    /// A script would take that for the operator's Ctrl-C.
    @Test func anOperationThatIsEndedIsNotInterrupted() async throws {
        canned.has(placed: [1: ["dn1"], 2: ["dn1"]])
        canned["an1"].answer(SessionWait.query(of: []), .none)
        canned["an1"].answer(ChunkStanding.query(ofChunk: 1), .held(gate, .none))
        let trial = try await trial()
        let command = "chunk move _dist_hyper_1_1_chunk _dist_hyper_1_2_chunk --to dn2 --parallel 6"
        async let answer = trial.run(command)
        await gate.isHolding(1)
        canned["an1"].answer(SessionWait.query(of: []), .rows([Self.lock]))
        let said = try await answer
        #expect(said.status == .failed, "\(said)")
        #expect(!(said.data + said.messages).contains("interrupted"), "\(said)")
        let lines = said.data.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("not_begun: ") }, "\(said)")
        #expect(lines.allSatisfy { $0.contains("no sign of life for 0.005 seconds: it was waiting for a lock") })
        #expect(
            said.messages.contains("WHERE pid = 77 AND state") && said.messages.contains("note: to go on: chunk move"))
        #expect(!said.messages.contains("note: no sign of life"), "\(said)")
    }

    @Test func theEndOfATransactionIsLookedAfter() async throws {
        canned["an1"].answer("Y", .done("Y"))
        canned["an1"].answer("COMMIT", .held(gate, .done("COMMIT")))
        let trial = try await trial(longest: .seconds(3600))
        async let answer = trial.run("transaction { sql Y }")
        // On a busy machine the statement before it is looked after, too.
        await canned.servers.receive("COMMIT")
        let before = canned.servers.sent.count { $0.text == SessionWait.query(of: []).text }
        await canned.servers.receive(SessionWait.query(of: []), times: before + 3)
        gate.open()
        let said = try await answer
        #expect(said.status == .done, "\(said)")
        #expect(said.messages.contains(/note: transaction takes \d+ s: waiting for a lock/), "\(said)")
    }
}
