import Testing

@testable import Operations

@Suite struct StepQueueTests {
    @Test func stepsBeginInTheirOrder() {
        var queue = StepQueue(count: 4, parallel: 2, beginsAlone: false)
        #expect([queue.next(), queue.next(), queue.next()] == [0, 1, nil])
        queue.ended(0, isComplete: false)
        #expect([queue.next(), queue.next()] == [2, nil])
        queue.ended(1, isComplete: true)
        queue.ended(2, isComplete: true)
        #expect([queue.next(), queue.next()] == [3, nil])
    }

    @Test func theFirstCompleteStepEndsTheSolitude() {
        var queue = StepQueue(count: 4, parallel: 2, beginsAlone: true)
        #expect([queue.next(), queue.next()] == [0, nil])
        queue.ended(0, isComplete: false)
        #expect([queue.next(), queue.next()] == [1, nil])
        queue.ended(1, isComplete: true)
        #expect([queue.next(), queue.next(), queue.next()] == [2, 3, nil])
    }

    @Test func aSilentStepLetsAnotherBegin() {
        var queue = StepQueue(count: 4, parallel: 1, beginsAlone: false)
        #expect([queue.next(), queue.next()] == [0, nil])
        queue.isSilent()
        #expect([queue.next(), queue.next()] == [1, nil])
        queue.ended(0, isComplete: false, wasSilent: true)
        #expect(queue.next() == nil)
        queue.ended(1, isComplete: true)
        #expect([queue.next(), queue.next()] == [2, nil])
    }

    @Test func nothingToDo() {
        var queue = StepQueue(count: 0, parallel: 2, beginsAlone: true)
        #expect(queue.next() == nil)
    }

    @Test func aStepWhosePlaceIsFullIsPassed() {
        let (one, other) = (StepPlace("to dn1"), StepPlace("to dn2"))
        let places = [[one], [one], [one, other], [other]]
        var queue = StepQueue(count: 4, limits: [one: 1], parallel: 4, beginsAlone: false) { places[$0] }
        #expect([queue.next(), queue.next(), queue.next()] == [0, 3, nil])
        queue.ended(3, isComplete: true)
        #expect(queue.next() == nil)
        queue.ended(0, isComplete: false)
        #expect([queue.next(), queue.next()] == [1, nil])
        queue.ended(1, isComplete: true)
        #expect([queue.next(), queue.next()] == [2, nil])
    }

    @Test func aPlaceThatBearsNoneHasItsStepAlone() {
        let place = StepPlace("to dn1")
        var queue = StepQueue(count: 2, limits: [place: 0], parallel: 4, beginsAlone: false) { _ in [place] }
        #expect([queue.next(), queue.next()] == [0, nil])
    }
}
