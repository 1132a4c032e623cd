import ClusterAccess
import Operations
import Testing

@Suite struct OperationProgressTests {
    private let start = ContinuousClock.now
    private let clock = VirtualTime(seed: 1)

    private func progress(_ weights: [Int64]) -> OperationProgress {
        OperationProgress(
            weights.enumerated().map { ScriptedStep(name: "\($0)", weight: $1, clock: clock) }, at: start)
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func seconds(_ duration: Duration?) -> Double? { duration.map { $0 / .seconds(1) } }

    private func done(_ index: Int) -> OperationEvent<Int> { .stepEnded(index, .done(1), milliseconds: 0) }

    @Test func theWholeIsCountedByWeight() {
        var progress = progress([1, 9])
        #expect(progress.fraction == 0)
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(done(0), at: at(1))
        #expect(progress.fraction == 0.1)
        progress.apply(OperationEvent<Int>.stepBegan(1), at: at(1))
        progress.apply(OperationEvent<Int>.stepProgressed(1, fraction: 0.5), at: at(2))
        #expect(progress.fraction == 0.55)
        #expect(progress.inHand.map(\.name) == ["1"])
        #expect(progress.inHand.map(\.fraction) == [0.5])
        progress.apply(done(1), at: at(3))
        #expect(progress.fraction == 1)
        #expect(progress.timeLeft(at: at(3)) == .zero)
    }

    /// That a step still is where it was is no movement.
    @Test func howLongNothingHasMoved() {
        var progress = progress([1, 1])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(5))
        #expect(progress.stillness(at: at(9)) == .seconds(4))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.5), at: at(10))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.5), at: at(40))
        #expect(progress.stillness(at: at(41)) == .seconds(31))
        progress.apply(OperationEvent<Int>.stepWaits(0, for: "a lock"), at: at(42))
        #expect(progress.stillness(at: at(42)) == .seconds(32))
        progress.apply(done(0), at: at(43))
        #expect(progress.stillness(at: at(43)) == .zero)
    }

    @Test func countsOfEach() {
        var progress = progress([1, 1, 1, 1, 1])
        progress.apply(OperationEvent<Int>.stepEnded(0, .unneeded, milliseconds: 0), at: at(0))
        progress.apply(OperationEvent<Int>.stepBegan(1), at: at(0))
        progress.apply(OperationEvent<Int>.stepBegan(2), at: at(0))
        progress.apply(OperationEvent<Int>.stepEnded(1, .failed(.unreachable), milliseconds: 0), at: at(1))
        progress.apply(OperationEvent<Int>.stepEnded(2, .unknown(.timedOut), milliseconds: 0), at: at(1))
        progress.apply(OperationEvent<Int>.stepBegan(3), at: at(1))
        #expect(progress.doneCount == 1 && progress.failedCount == 2 && progress.totalCount == 5)
        #expect(progress.inHand.count == 1)
        #expect(progress.fraction == 0.6)
    }

    @Test func whatWasNotBegunHasNotFailed() {
        var progress = progress([1, 1, 1])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(OperationEvent<Int>.stepEnded(0, .failed(.unreachable), milliseconds: 0), at: at(1))
        progress.apply(OperationEvent<Int>.stepEnded(1, .passedOver(.unreachable), milliseconds: 0), at: at(1))
        progress.apply(OperationEvent<Int>.stepEnded(2, .passedOver(.unreachable), milliseconds: 0), at: at(1))
        #expect(progress.doneCount == 0 && progress.failedCount == 1 && progress.passedOverCount == 2)
        #expect(progress.fraction == 1 && progress.timeLeft(at: at(1)) == .zero)
    }

    @Test func nobodyKnowsTheTimeLeftOfAStepThatHangs() throws {
        var progress = progress([1, 1, 1])
        for index in 0..<2 {
            progress.apply(OperationEvent<Int>.stepBegan(index), at: at(Double(index) * 10))
            progress.apply(done(index), at: at(Double(index + 1) * 10))
        }
        progress.apply(OperationEvent<Int>.stepBegan(2), at: at(20))
        #expect(try #require(seconds(progress.timeLeft(at: at(25)))) > 0)
        #expect(progress.timeLeft(at: at(31)) == nil)
    }

    @Test func whatAStepWaitsForIsForgottenWhenItGoesOn() {
        var progress = progress([1])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(OperationEvent<Int>.stepWaits(0, for: "a lock"), at: at(1))
        #expect(progress.inHand.map(\.waitsFor) == ["a lock"])
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.1), at: at(2))
        #expect(progress.inHand.map(\.waitsFor) == [nil])
    }

    @Test(arguments: [(-1.0, 0.5), (0.4, 0.5), (7.0, 1.0), (.nan, 0.5), (.infinity, 1.0)])
    func aFractionNeverGoesBackNorBeyond(told: Double, shown: Double) {
        var progress = progress([1, 1])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.5), at: at(1))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: told), at: at(2))
        #expect(progress.inHand.map(\.fraction) == [shown])
    }

    @Test func aReportThatComesLateChangesNothing() {
        var progress = progress([1, 1])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(done(0), at: at(1))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.5), at: at(2))
        #expect(progress.inHand.isEmpty && progress.fraction == 0.5)
    }

    @Test func withoutAnyWeight() {
        var progress = progress([0, -5])
        #expect(progress.fraction == 0)
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(done(0), at: at(10))
        #expect(progress.fraction == 0)
        #expect(progress.timeLeft(at: at(10)) == nil)
        progress.apply(OperationEvent<Int>.stepEnded(1, .unneeded, milliseconds: 0), at: at(10))
        #expect(progress.fraction == 1)
        #expect(self.progress([]).fraction == 1)
        #expect(self.progress([]).timeLeft(at: at(0)) == .zero)
    }

    @Test func theTimeLeftIsNotKnownAtTheStart() {
        var progress = progress([100])
        #expect(progress.timeLeft(at: at(0)) == nil)
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.1), at: at(0))
        #expect(progress.timeLeft(at: at(0)) == nil)
        #expect(progress.timeLeft(at: at(1)) == nil)
        #expect(seconds(progress.timeLeft(at: at(10))) == 90)
    }

    /// While others go on, and more is to come, a wait of one is no reason.
    @Test func howLongAWaitLastsNobodyKnows() {
        var progress = progress([100, 100, 100])
        for index in 0..<2 {
            progress.apply(OperationEvent<Int>.stepBegan(index), at: at(0))
            progress.apply(OperationEvent<Int>.stepProgressed(index, fraction: 0.5), at: at(10))
        }
        progress.apply(OperationEvent<Int>.stepWaits(0, for: "a slot"), at: at(10))
        #expect(seconds(progress.timeLeft(at: at(10))) == 20)
        progress.apply(OperationEvent<Int>.stepWaits(1, for: "a slot"), at: at(10))
        #expect(progress.timeLeft(at: at(10)) == nil)
        progress.apply(OperationEvent<Int>.stepProgressed(1, fraction: 0.6), at: at(10))
        #expect(progress.timeLeft(at: at(10)) != nil)
        progress.apply(OperationEvent<Int>.stepBegan(2), at: at(10))
        #expect(progress.timeLeft(at: at(10)) == nil)
    }

    @Test func unneededStepsTellNothingOfTheSpeed() {
        var progress = progress(Array(repeating: 1, count: 110))
        for index in 0..<100 {
            progress.apply(OperationEvent<Int>.stepEnded(index, .unneeded, milliseconds: 0), at: at(0))
        }
        #expect(progress.timeLeft(at: at(5)) == nil)
        progress.apply(OperationEvent<Int>.stepBegan(100), at: at(0))
        progress.apply(done(100), at: at(10))
        #expect(seconds(progress.timeLeft(at: at(10))) == 90)
    }

    /// Forty steps of ten seconds, four at once, that don't tell how far they are: a hundred seconds in all.
    @Test func theTimeLeftDoesNotJumpWithEachStep() throws {
        var progress = progress(Array(repeating: 1, count: 40))
        for index in 0..<4 { progress.apply(OperationEvent<Int>.stepBegan(index), at: at(0)) }
        for time in 1..<100 {
            if time % 10 == 0 {
                let first = (time / 10 - 1) * 4
                for index in first..<first + 4 { progress.apply(done(index), at: at(Double(time))) }
                for index in first + 4..<first + 8 {
                    progress.apply(OperationEvent<Int>.stepBegan(index), at: at(Double(time)))
                }
            }
            guard time >= 10 else { continue }
            let left = try #require(seconds(progress.timeLeft(at: at(Double(time)))))
            #expect(abs(left - Double(100 - time)) < 3, "after \(time) s")
        }
    }

    /// A thousand bytes at ten a second and then at one: an hour later it is the new speed that counts.
    @Test func theSpeedIsThatOfLate() throws {
        var progress = progress([10_000])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        for time in 1...4000 {
            let work = time <= 100 ? time * 10 : 1000 + time - 100
            progress.apply(
                OperationEvent<Int>.stepProgressed(0, fraction: Double(work) / 10_000), at: at(Double(time)))
        }
        let rate = try #require(progress.rate(at: at(4000)))
        #expect(abs(rate - 1) < 0.01)
        let left = try #require(seconds(progress.timeLeft(at: at(4000))))
        #expect(abs(left - 5100) < 60)
    }

    @Test func whoeverStandsStillNeedsEverLonger() throws {
        var progress = progress([100])
        progress.apply(OperationEvent<Int>.stepBegan(0), at: at(0))
        progress.apply(OperationEvent<Int>.stepProgressed(0, fraction: 0.5), at: at(10))
        let first = try #require(progress.timeLeft(at: at(10)))
        let second = try #require(progress.timeLeft(at: at(100)))
        #expect(second > first)
        #expect(progress.timeLeft(at: at(1e9)) == nil)
    }
}
