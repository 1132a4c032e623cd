/// Decides which step begins next: steps begin in their order, and at most `parallel` of them are in hand.
///
/// A limit that depends on the step, such as one per destination, belongs here: `next` would skip a step whose
/// destination is busy.
struct StepQueue {
    private let count: Int
    private let parallel: Int
    private var nextIndex = 0
    private var inHand = 0
    /// Whether only one step may be in hand, because none is complete yet.
    private var isAlone: Bool

    init(count: Int, parallel: Int, beginsAlone: Bool) {
        self.count = count
        self.parallel = max(1, parallel)
        isAlone = beginsAlone
    }

    /// Takes the next step in hand.
    ///
    /// - Returns: nil if none is left, or if another step has to end first.
    mutating func next() -> Int? {
        guard nextIndex < count, inHand < (isAlone ? 1 : parallel) else { return nil }
        defer { nextIndex += 1 }
        inHand += 1
        return nextIndex
    }

    /// Notes that a step is silent, and lets another begin meanwhile.
    mutating func isSilent() { inHand -= 1 }

    /// - Parameter wasSilent: whether another has begun in its place.
    mutating func ended(isComplete: Bool, wasSilent: Bool = false) {
        if !wasSilent { inHand -= 1 }
        if isComplete { isAlone = false }
    }
}
