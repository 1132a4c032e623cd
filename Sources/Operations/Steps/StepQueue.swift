/// Decides which step begins next: steps begin in their order, at most `parallel` of them are in hand, and no place has
/// more of them than it bears. A step whose place is full is passed by others.
struct StepQueue {
    private let parallel: Int
    private let places: (Int) -> [StepPlace]
    private let limits: [StepPlace: Int]
    private var waiting: [Int]
    private var inHand = 0
    private var load: [StepPlace: Int] = [:]
    /// Whether only one step may be in hand, because none is complete yet.
    private var isAlone: Bool

    /// - Parameters:
    ///   - limits: how many steps a place bears; one that is not in it bears any number.
    ///   - places: where a step works.
    init(
        count: Int, limits: [StepPlace: Int] = [:], parallel: Int, beginsAlone: Bool,
        places: @escaping (Int) -> [StepPlace] = { _ in [] }
    ) {
        self.places = places
        self.limits = limits
        self.parallel = max(1, parallel)
        waiting = Array((0..<count).reversed())
        isAlone = beginsAlone
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Takes the next step in hand.
    ///
    /// - Returns: nil if none is left, or if another step has to end first.
    mutating func next() -> Int? {
        guard inHand < (isAlone ? 1 : parallel), let position = waiting.lastIndex(where: { fits($0) }) else {
            return nil
        }
        let index = waiting.remove(at: position)
        inHand += 1
        for place in places(index) { load[place, default: 0] += 1 }
        return index
    }

    private func fits(_ index: Int) -> Bool {
        places(index).allSatisfy { place in
            // A place that bears none has its step alone: the step itself says why it can't be done.
            limits[place].map { load[place, default: 0] < max(1, $0) } ?? true
        }
    }

    /// Notes that a step is silent, and lets another begin meanwhile.
    mutating func isSilent() { inHand -= 1 }

    /// - Parameter wasSilent: whether another has begun in its place.
    mutating func ended(_ index: Int, isComplete: Bool, wasSilent: Bool = false) {
        if !wasSilent { inHand -= 1 }
        for place in places(index) { load[place, default: 0] -= 1 }
        if isComplete { isAlone = false }
    }
}
