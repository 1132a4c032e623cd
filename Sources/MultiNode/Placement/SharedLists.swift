/// Lists of numbers of which many are the same: each is kept once.
struct SharedLists {
    private var lists: [[Int]] = []
    private var places: [[Int]: Int32] = [:]
    private var chosen: [Int32] = []

    mutating func reserveCapacity(_ count: Int) { chosen.reserveCapacity(count) }

    mutating func append(_ list: [Int]) { chosen.append(place(of: list)) }

    subscript(index: Int) -> [Int] {
        get { lists[Int(chosen[index])] }
        set { chosen[index] = place(of: newValue) }
    }

    private mutating func place(of list: [Int]) -> Int32 {
        if let known = places[list] { return known }
        let place = Int32(clamping: lists.count)
        lists.append(list)
        places[list] = place
        return place
    }
}
