/// Why what answers at a data node's address is not that node, as far as it can be told.
package enum NodeMismatch: Sendable, Equatable {
    case accessNode
    case noCluster
    /// It belongs to the cluster of this identity.
    case otherCluster(String)
    /// It holds what the access node has on the node of this name.
    case otherNode(String)
    /// It belongs to the cluster, and holds nothing of what the access node has on the node.
    ///
    /// - Parameter isBlank: it has no hypertable and no chunk at all.
    case nothingOfIt(isBlank: Bool)

    /// Compares what answers with what the access node has on its nodes; nil where it is the node.
    ///
    /// - Parameters:
    ///   - others: the other nodes of the access node's catalog, even if there is no server of that name any more.
    ///   - state: of what answers, asked for the contents of all these nodes.
    ///   - cluster: the identity of the cluster.
    package init?(
        of node: DataNode, among others: [(name: String, contents: NodeContents)], _ state: NodeState, cluster: String?
    ) {
        guard let theirs = state.cluster else {
            self = .noCluster
            return
        }
        guard theirs == cluster else {
            self = .otherCluster(theirs)
            return
        }
        // What a transaction in doubt has made there can't be seen yet; but it was sent to this node alone.
        if state.preparedFor.contains(String(node.serverOID)) { return nil }
        let (expected, found) = (node.contents, state.contents)
        let best = others.map { (name: $0.name, share: Self.share(of: $0.contents.chunks, in: found.chunks)) }
            .max { $0.share < $1.share }
        guard expected.chunks.isEmpty else {
            let own = Self.share(of: expected.chunks, in: found.chunks)
            if let best, best.share > own {
                self = .otherNode(best.name)
            } else if own == 0 {
                self = .nothingOfIt(isBlank: state.isBlank)
            } else {
                return nil
            }
            return
        }
        // A node that was detached keeps the chunks which it had, so that one of them proves nothing.
        if let best, best.share > 0.5 {
            self = .otherNode(best.name)
        } else if !expected.hypertables.isEmpty, expected.hypertables.isDisjoint(with: found.hypertables) {
            self = .nothingOfIt(isBlank: state.isBlank)
        } else {
            return nil
        }
    }

    private static func share(of items: Set<String>, in found: Set<String>) -> Double {
        items.isEmpty ? 0 : Double(items.intersection(found).count) / Double(items.count)
    }

    /// What it is instead, behind a colon.
    private var reason: String {
        switch self {
        case .accessNode: "it is the access node itself"
        case .noCluster: "it belongs to no cluster"
        case .otherCluster(let identity): "it belongs to the cluster \(identity)"
        case .otherNode(let name): "it holds the data of \(name)"
        case .nothingOfIt(isBlank: true): "it is empty, and the access node has data on that node"
        case .nothingOfIt(isBlank: false):
            "it has nothing by which that node is known, so that it is another one, or an older copy"
        }
    }

    /// One sentence, without a full stop.
    package func text(_ node: DataNode) -> String {
        "what answers at \(node.place) is not the data node \(node.name): \(reason)"
    }

    package func remedy(_ node: DataNode) -> String {
        let alter = "node alter \(Quoting.word(node.name)) --host HOST --port PORT --database NAME"
        return switch self {
        case .accessNode: alter
        case .noCluster:
            "where its database was made anew, restore it from a backup; else \(alter), unless the address means another "
                + "place from here than from the access node"
        case .otherCluster:
            "\(alter), unless the address means another place from here than from the access node"
        case .otherNode: "'check' tells whether it is at the address of another node; then \(alter)"
        case .nothingOfIt(isBlank: true):
            "restore the node's database from a backup, or lead the name to where it is: \(alter)"
        case .nothingOfIt(isBlank: false): "lead the name to where the node is: \(alter); or restore a newer backup"
        }
    }
}
