import ClusterAccess
import MultiNode
import Platform
import Testing

@testable import Operations

@Suite struct HealStepTests {
    typealias Healed = Result<HealingAnswer, ClusterError>

    /// Gives the test's answers, the last of which again and again, and notes what it is asked.
    private struct Site: HealingSite {
        private let healed: Lock<[Healed]>
        private let prepared: Lock<[Result<Int, ClusterError>]>
        private let log = Lock<[String]>([])

        init(
            healed: Result<Int, ClusterError> = .success(0), refused: Int = 0,
            prepared: Result<Int, ClusterError> = .success(0)
        ) {
            self.healed = Lock([
                healed.map { HealingAnswer(ended: $0, warnings: Array(repeating: "no", count: refused)) }
            ])
            self.prepared = Lock([prepared])
        }

        init(answers: [Healed], counts: [Int]) {
            healed = Lock(answers)
            prepared = Lock(counts.map { .success($0) })
        }

        private func next<Value: Sendable>(_ replies: Lock<[Result<Value, ClusterError>]>) throws(ClusterError) -> Value
        {
            let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
            return try (reply ?? .failure(.unreachable)).get()
        }

        var asked: [String] { log.withLock { $0 } }

        func heal(
            _ node: DataNode, by statement: SQL, within limit: Duration, _: StepReport
        ) async throws(ClusterError) -> HealingAnswer {
            log.withLock { $0.append("\(statement.shown) within \(limit)") }
            return try next(healed)
        }

        func preparedCount(
            on node: DataNode, over _: (any Link)?, within limit: Duration
        ) async throws(ClusterError) -> Int {
            log.withLock { $0.append("count on \(node.name) within \(limit)") }
            return try next(prepared)
        }
    }

    private let node = DataNode(name: "dn1", serverOID: 16_385, host: "h", database: "d")
    private static let report = StepReport(progressed: { _ in }, waits: { _ in }, stop: Stop())

    private func step(
        _ site: Site, _ capabilities: Capabilities = Server.capabilities, limit: Duration = .seconds(30),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> HealStep {
        HealStep(node, capabilities, within: limit, at: site, now: now)
    }

    private func heal(_ site: Site, _ capabilities: Capabilities = Server.capabilities) async -> HealResult {
        do throws(ClusterError) {
            return try await step(site, capabilities).run(Self.report)
        } catch {
            return HealResult(error)
        }
    }

    @Test func whatIsShownIsSent() async {
        let site = Site()
        let now = ContinuousClock.now
        _ = try? await step(site) { now }.run(Self.report)
        let statement = #"SELECT "_timescaledb_internal".remote_txn_heal_data_node(16385)"#
        #expect(step(site).plan.statements.map(\.shown) == [statement])
        #expect(
            site.asked == ["\(statement) within 30.0 seconds", "count on dn1 within 2.0 seconds"])
    }

    @Test func states() async {
        #expect(await heal(Site()) == HealResult(.clean))
        #expect(await heal(Site(healed: .success(3))) == HealResult(.healed, healed: 3))
        #expect(
            await heal(Site(healed: .success(3), prepared: .success(1)))
                == HealResult(
                    .inProgress, healed: 3, message: "its transaction is still in progress on the access node"))
        #expect(
            await heal(Site(prepared: .success(2))).message
                == "2 transactions are still in progress on the access node")
    }

    @Test func whatTheNodeCanNotBeAskedIsSaid() async {
        for (healed, state) in [(1, HealResult.State.healed), (0, .clean)] {
            let result = await heal(Site(healed: .success(healed), prepared: .failure(.unreachable)))
            #expect(result.state == state && result.isGood && result.healed == healed)
            #expect(
                result.message == "the access node says so; the node can't be asked from here: [dn]: could not connect")
        }
    }

    @Test func whatIsLeftForWantOfARightIsNoSuccess() async {
        let result = await heal(Site(healed: .success(2), refused: 1, prepared: .success(1)))
        #expect(result.state == .notPermitted && !result.isGood && result.healed == 2)
        #expect(result.message == "1 transaction is still in doubt: only their owners and superusers may end them")
        let superuser = HealResult.refused(HealingAnswer(ended: 0, warnings: ["no", "no"]), isSuperuser: true)
        #expect(superuser.state == .failed && !superuser.isGood)
        #expect(superuser.message?.hasPrefix("2 transactions are still in doubt: no; heal it again") == true)
    }

    @Test func aWarningIsNoSuccessUnlessNothingIsLeft() async {
        let ended = await heal(Site(healed: .success(1), refused: 1))
        #expect(ended.state == .healed && ended.isGood && ended.message == "nothing is in doubt there any more")
        let unseen = await heal(Site(refused: 1, prepared: .failure(.unreachable)))
        #expect(unseen.state == .failed && !unseen.isGood)
        #expect(
            unseen.message
                == "1 transaction is still in doubt: no; the node can't be asked from here: [dn]: could not connect")
    }

    /// What two sessions heal at the same moment fails one of them, and is healed all the same.
    @Test(arguments: [.success(HealingAnswer(ended: 1, warnings: ["no"])), .failure(.overtaken)] as [Healed])
    func whatAnotherSessionHealsAtThatMomentIsTriedAgain(_ first: Healed) async throws {
        let before = (try? first.get())?.ended ?? 0
        let healed = Site(answers: [first, .success(HealingAnswer(ended: 2))], counts: before > 0 ? [1, 0] : [0])
        #expect(await heal(healed, Server.ofSuperuser) == HealResult(.healed, healed: before + 2))
        let refusals: [Healed] = [first, .success(HealingAnswer(ended: 0, warnings: ["no"]))]
        let refused = await heal(Site(answers: refusals, counts: [1]), Server.ofSuperuser)
        #expect(refused.state == .failed && refused.healed == before)
    }

    @Test func whatWasOvertakenTwiceIsLookedAt() async throws {
        let site = Site(answers: [.failure(.overtaken), .failure(.overtaken)], counts: [0])
        await #expect(throws: ClusterError.self) { _ = try await step(site).run(Self.report) }
        let found = try await step(site).result(after: .overtaken)
        #expect(found?.state == .clean && found?.message == "nothing is in doubt there any more")
        #expect(try await step(Site(prepared: .success(1))).result(after: .overtaken) == nil)
    }

    @Test func errors() {
        var malformed = ClusterError("[dn1]: invalid remote transaction ID \"ts-1\"")
        var other = malformed
        (malformed.sqlstate, other.sqlstate) = ("22P02", "42501")
        #expect(HealResult(malformed).state == .blocked)
        #expect(HealResult(other).state == .failed)
        #expect(HealResult(.unreachable).state == .unreachable)
        #expect(HealResult(.timedOut).state == .hanging)
        #expect(HealResult(.connectionLost).state == .failed)
        #expect(HealResult(ClusterError.interrupted).state == nil)
        #expect(HealResult(other).sqlstate == "42501")
        #expect(HealResult(other).message == other.summary)
    }

    @Test func outcomes() {
        #expect(HealResult(.done(HealResult(.healed, healed: 2))) == HealResult(.healed, healed: 2))
        #expect(HealResult(.unneeded).state == .skipped)
        #expect(HealResult(.failed(.unreachable)).state == .unreachable)
        #expect(HealResult(.unknown(.timedOut)).state == .hanging)
        #expect(HealResult(.notBegun(nil)).state == nil)
        #expect([HealResult(.unneeded), HealResult(.clean), HealResult(.inProgress)].allSatisfy { $0.isGood })
        #expect(![HealResult(.notBegun(nil)), HealResult(.hanging), HealResult(.blocked)].contains { $0.isGood })
    }

    @Test func aNodeThatIsMarkedUnavailableIsPassedOver() {
        let node = DataNode(name: "dn1", host: "h", database: "d", isAvailable: false)
        let step = HealStep(node, Server.capabilities, within: .seconds(1), at: Site())
        #expect(!step.isNeeded() && step.plan.isEmpty)
        #expect(self.step(Site()).isNeeded())
    }

    @Test func theCountKeepsToTheLimit() async {
        let site = Site()
        let clock = VirtualTime(seed: 1)
        let times = Lock<[Duration]>([.seconds(29), .zero])
        _ = try? await step(site) { clock.now + (times.withLock { $0.popLast() } ?? .zero) }.run(Self.report)
        #expect(site.asked.last == "count on dn1 within 1.0 seconds")

        let late = Lock<[Duration]>([.seconds(31), .zero])
        _ = try? await step(site) { clock.now + (late.withLock { $0.popLast() } ?? .zero) }.run(Self.report)
        #expect(site.asked.count == 3)
    }

    @Test func theLimitOfAllIsKeptToo() async {
        let (site, clock) = (Site(), VirtualTime(seed: 1))
        func step(until deadline: ContinuousClock.Instant) -> HealStep {
            HealStep(
                node, Server.capabilities, within: .seconds(30), until: deadline, at: site, now: { clock.now })
        }
        _ = try? await step(until: clock.now + .seconds(7)).run(Self.report)
        #expect(site.asked.first?.hasSuffix("within 7.0 seconds") == true)
        await #expect(throws: ClusterError.self) { try await step(until: clock.now).run(Self.report) }
        #expect(site.asked.count == 2)
    }

    @Test func aLostAnswer() async throws {
        #expect(try await step(Site()).result(after: .connectionLost)?.state == .clean)
        #expect(try await step(Site(prepared: .success(1))).result(after: .connectionLost) == nil)
        await #expect(throws: ClusterError.self) {
            _ = try await step(Site(prepared: .failure(.unreachable))).result(after: .connectionLost)
        }
    }

    @Test func nobodyWaitsForAQuestionAfterTheTimeIsOver() async {
        let site = Site()
        for error in [ClusterError.timedOut, .interrupted] {
            await #expect(throws: ClusterError.self) { _ = try await step(site).result(after: error) }
        }
        #expect(site.asked.isEmpty)
    }
}
