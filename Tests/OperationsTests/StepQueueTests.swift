import Testing

@testable import Operations

@Suite struct StepQueueTests {
    @Test func stepsBeginInTheirOrder() {
        var queue = StepQueue(count: 4, parallel: 2, beginsAlone: false)
        #expect([queue.next(), queue.next(), queue.next()] == [0, 1, nil])
        queue.ended(isComplete: false)
        #expect([queue.next(), queue.next()] == [2, nil])
        queue.ended(isComplete: true)
        queue.ended(isComplete: true)
        #expect([queue.next(), queue.next()] == [3, nil])
    }

    @Test func theFirstCompleteStepEndsTheSolitude() {
        var queue = StepQueue(count: 4, parallel: 2, beginsAlone: true)
        #expect([queue.next(), queue.next()] == [0, nil])
        queue.ended(isComplete: false)
        #expect([queue.next(), queue.next()] == [1, nil])
        queue.ended(isComplete: true)
        #expect([queue.next(), queue.next(), queue.next()] == [2, 3, nil])
    }

    @Test func aSilentStepLetsAnotherBegin() {
        var queue = StepQueue(count: 4, parallel: 1, beginsAlone: false)
        #expect([queue.next(), queue.next()] == [0, nil])
        queue.isSilent()
        #expect([queue.next(), queue.next()] == [1, nil])
        queue.ended(isComplete: false, wasSilent: true)
        #expect(queue.next() == nil)
        queue.ended(isComplete: true)
        #expect([queue.next(), queue.next()] == [2, nil])
    }

    @Test func nothingToDo() {
        var queue = StepQueue(count: 0, parallel: 2, beginsAlone: true)
        #expect(queue.next() == nil)
    }
}
