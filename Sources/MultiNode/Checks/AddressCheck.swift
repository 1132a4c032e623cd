/// Finds nodes whose address leads to something else, from what answers at the address of each.
package struct AddressCheck: Sendable {
    package struct Answer: Sendable {
        package let node: DataNode
        /// Nil if what answers is no database with TimescaleDB.
        package let state: NodeState?
        package let mismatch: NodeMismatch?

        package init(_ node: DataNode, _ state: NodeState?, _ mismatch: NodeMismatch?) {
            self.node = node
            self.state = state
            self.mismatch = mismatch
        }
    }

    private let answers: [Answer]
    private let ownServer: ServerIdentity?
    private let lost: [LostNode]
    private let exchanged: [RenamedServer]

    /// - Parameters:
    ///   - answers: of the nodes that could be asked.
    ///   - ownServer: the access node's.
    ///   - lost: the nodes of the catalog that are no servers any more.
    ///   - exchanged: the servers that have each other's names.
    package init(
        _ answers: [Answer], ownServer: ServerIdentity?, lost: [LostNode] = [], exchanged: [RenamedServer] = []
    ) {
        self.answers = answers
        self.ownServer = ownServer
        self.lost = lost
        self.exchanged = exchanged
    }

    package var findings: [Finding] { RenamedServer.findings(exchanged) + renamed + mismatched + shared }

    private var databases: [(node: String, server: ServerIdentity, database: String)] {
        answers.compactMap { answer in
            guard answer.mismatch == nil, let state = answer.state, let server = state.server else { return nil }
            return (answer.node.name, server, state.database ?? "")
        }
    }

    /// The name of a node that answers at another's address.
    private func address(of name: String) -> DataNode? {
        answers.first { $0.mismatch == .otherNode(name) }?.node
    }

    private var renamed: [Finding] {
        lost.map { lost in
            let tables = lost.hypertables.listed
            let rename =
                if let now = address(of: lost.name)?.name {
                    "it is called \(now) now: sql ALTER SERVER \(Quoting.identifier(now)) RENAME TO \(Quoting.identifier(lost.name))"
                } else {
                    "if a server was renamed, sql ALTER SERVER … RENAME TO \(Quoting.identifier(lost.name)) takes that back"
                }
            return Finding(
                .error, lost.name, "there is no such node, and the access node has \(tables) on it: queries fail",
                remedy: rename)
        }
    }

    private var mismatched: [Finding] {
        let lost = Set(lost.map(\.name))
        return answers.compactMap { answer in
            guard let mismatch = answer.mismatch else { return nil }
            // The finding about the name tells it.
            if case .otherNode(let name) = mismatch,
                lost.contains(name) || exchanged.contains(RenamedServer(now: answer.node.name, before: name))
            {
                return nil
            }
            let node = answer.node
            var remedy = mismatch.remedy(node)
            if let there = address(of: node.name) {
                remedy =
                    "it answers at \(there.name)'s address: node alter \(Quoting.word(node.name)) --host \(Quoting.word(there.host)) "
                    + "--port \(there.port) --database \(Quoting.word(there.database))"
            }
            return Finding(
                .error, node.name, mismatch.text(node) + "; what is read and written there is wrong", remedy: remedy)
        }
    }

    private var shared: [Finding] {
        Sharing.list(databases, ownServer: ownServer).map { sharing in
            let other = sharing.other
            guard sharing.isDatabase else { return sharing.ofServer }
            let name = Quoting.word(sharing.node)
            return Finding(
                .error, sharing.node, "it is the same database as \(other): what is sent to both waits for itself",
                remedy:
                    "node alter \(name) --host HOST --port PORT --database NAME, to where it is; or node delete \(name), "
                    + "never with --drop-database: it is \(other)'s")
        }
    }
}
