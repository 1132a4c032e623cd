/// Which step begins next: they begin in their order, as many at once as the limit allows.
///
/// A limit that depends on the step, such as one per destination, belongs here: `next` would pass over a step whose
/// destination is busy.
struct StepQueue {
    private let count: Int
    private let parallel: Int
    private var nextIndex = 0
    private var inHand = 0
    /// Whether no step has been completed that the others rely on.
    private var isAlone: Bool

    init(count: Int, parallel: Int, beginsAlone: Bool) {
        self.count = count
        self.parallel = max(1, parallel)
        isAlone = beginsAlone
    }

    /// Takes the next step in hand.
    ///
    /// - Returns: nil where none is left, or another has to end first.
    mutating func next() -> Int? {
        guard nextIndex < count, inHand < (isAlone ? 1 : parallel) else { return nil }
        defer { nextIndex += 1 }
        inHand += 1
        return nextIndex
    }

    mutating func ended(isComplete: Bool) {
        inHand -= 1
        if isComplete { isAlone = false }
    }
}
