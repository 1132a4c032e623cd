/// Which chunk is compared next: one whose nodes are all free, so that all its copies are read at the same time.
package struct CopyMatching: Sendable {
    private struct Group {
        let nodes: [String]
        /// The next is the last.
        var chunks: [Int]
    }

    /// A chunk, and all the nodes that it is compared on.
    package struct Match: Sendable {
        package let chunk: Int
        package let nodes: [String]
    }

    private var groups: [Group] = []
    private var groupsOfNode: [String: [Int]] = [:]
    private var free: Set<String> = []
    private var gone: Set<String> = []
    /// The chunks of which fewer than two copies are left that could be read.
    package private(set) var unmatched: [Int] = []

    /// - Parameter chunks: the nodes of each chunk that is to be compared.
    package init(_ chunks: [[String]]) {
        let byNodes = Dictionary(grouping: chunks.indices) { chunks[$0].sorted() }
        for nodes in byNodes.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            add(Group(nodes: nodes, chunks: (byNodes[nodes] ?? []).reversed()))
        }
    }

    /// Whether no chunk waits.
    package var isEmpty: Bool { groups.allSatisfy(\.chunks.isEmpty) }

    private mutating func add(_ group: Group) {
        if group.nodes.count < 2 {
            unmatched += group.chunks
            return
        }
        for node in group.nodes { groupsOfNode[node, default: []].append(groups.count) }
        groups.append(group)
    }

    /// A node is free again.
    ///
    /// - Returns: what is compared now; its nodes are free no more.
    package mutating func free(_ node: String) -> Match? {
        guard !gone.contains(node) else { return nil }
        free.insert(node)
        return match(node)
    }

    private mutating func match(_ node: String) -> Match? {
        guard free.contains(node) else { return nil }
        // The longest first, so that none is left alone at the end.
        let ready = groupsOfNode[node, default: []].filter { index in
            !groups[index].chunks.isEmpty && groups[index].nodes.allSatisfy(free.contains)
        }
        guard let index = ready.max(by: { groups[$0].chunks.count < groups[$1].chunks.count }),
            let chunk = groups[index].chunks.popLast()
        else { return nil }
        free.subtract(groups[index].nodes)
        return Match(chunk: chunk, nodes: groups[index].nodes)
    }

    /// A chunk is to be compared again, before others.
    ///
    /// - Returns: what can be compared now.
    package mutating func again(_ chunk: Int, on nodes: [String]) -> [Match] {
        let left = nodes.filter { !gone.contains($0) }
        let known = groupsOfNode[left.first ?? "", default: []].first { groups[$0].nodes == left }
        if let known {
            groups[known].chunks.append(chunk)
        } else {
            add(Group(nodes: left, chunks: [chunk]))
        }
        return left.compactMap { match($0) }
    }

    /// A node can't be asked any more: its chunks are compared without it.
    ///
    /// - Returns: what can be compared now, because the node was all that was waited for.
    package mutating func lose(_ node: String) -> [Match] {
        guard gone.insert(node).inserted else { return [] }
        free.remove(node)
        for index in groupsOfNode.removeValue(forKey: node) ?? [] where !groups[index].chunks.isEmpty {
            let chunks = groups[index].chunks
            groups[index].chunks = []
            add(Group(nodes: groups[index].nodes.filter { $0 != node }, chunks: chunks))
        }
        // One match takes several of them.
        return free.sorted().compactMap { match($0) }
    }
}
