/// Nodes by what they hold, the one that holds least first.
struct NodeHeap {
    private var nodes: [Int] = []
    private var loads: [Int64]

    init(_ nodes: [Int], _ loads: [Int64]) {
        self.loads = loads
        for node in nodes { push(node, loads[node]) }
    }

    mutating func push(_ node: Int, _ load: Int64) {
        loads[node] = load
        nodes.append(node)
        var child = nodes.count - 1
        while child > 0, isLess(nodes[child], nodes[(child - 1) / 2]) {
            nodes.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Int? {
        guard let first = nodes.first, let last = nodes.popLast() else { return nil }
        guard !nodes.isEmpty else { return first }
        nodes[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < nodes.count && isLess(nodes[child], nodes[least]) {
                least = child
            }
            if least == parent { return first }
            nodes.swapAt(parent, least)
            parent = least
        }
    }

    /// Takes the first that fits out.
    ///
    /// - Returns: nil if none does.
    mutating func take(where fits: (Int) -> Bool) -> Int? {
        var passed: [Int] = []
        var found: Int?
        while found == nil, let node = pop() {
            if fits(node) { found = node } else { passed.append(node) }
        }
        for node in passed { push(node, loads[node]) }
        return found
    }

    private func isLess(_ first: Int, _ second: Int) -> Bool {
        (loads[first], first) < (loads[second], second)
    }
}
