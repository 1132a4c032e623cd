import ClusterAccess
import MultiNode
import Platform

/// A cluster in memory: what its servers hold, and what they do.
final class ModelCluster: Sendable {
    /// What the access node decided about a prepared transaction, or why healing leaves it.
    enum Verdict: Sendable, CaseIterable {
        case commit, abort, inProgress, foreign, malformed
    }

    enum Ending: Sendable {
        case committed, rolledBack
    }

    struct Prepared: Sendable {
        let gid: String
        var verdict: Verdict
    }

    struct State: Sendable {
        /// What is prepared on each node, in the order in which healing goes through it.
        var prepared: [String: [Prepared]] = [:]
        /// How each transaction in doubt ended, and what the access node had decided.
        var endings: [(gid: String, ending: Ending, verdict: Verdict)] = []
        /// The access node's list of nodes. A node that was added twice is in it twice.
        var nodeList: [String] = []
        /// The chunks that were copied.
        var copies: Set<String> = []
    }

    private let state = Lock(State())

    func read<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock(body) }
}

extension ModelCluster.State {
    /// Ends the next transaction of a node.
    ///
    /// - Parameter healed: how many the statement has ended so far.
    /// - Returns: nil if the statement goes on.
    mutating func heal(_ node: String, _ healed: inout Int) -> Result<Int, ClusterError>? {
        for (index, transaction) in (prepared[node] ?? []).enumerated() {
            let ending: ModelCluster.Ending
            switch transaction.verdict {
            case .foreign, .inProgress: continue
            case .malformed:
                var error = ClusterError("invalid remote transaction ID \"\(transaction.gid)\"")
                error.sqlstate = "22P02"
                return .failure(error)
            case .commit: ending = .committed
            case .abort: ending = .rolledBack
            }
            prepared[node]?.remove(at: index)
            endings.append((transaction.gid, ending, transaction.verdict))
            healed += 1
            return nil
        }
        return .success(healed)
    }

    /// How many distributed transactions are prepared on a node.
    func preparedCount(on node: String) -> Int {
        (prepared[node] ?? []).count { $0.gid.hasPrefix("ts-") }
    }

    /// Whether a transaction is prepared there about which the access node has decided.
    func hasDecided(on node: String) -> Bool {
        (prepared[node] ?? []).contains { $0.verdict == .commit || $0.verdict == .abort }
    }

    mutating func addNode(_ name: String, ifNotExists: Bool) -> Result<Bool, ClusterError> {
        guard !nodeList.contains(name) else {
            if ifNotExists { return .success(false) }
            var error = ClusterError("server \"\(name)\" already exists")
            error.sqlstate = "42710"
            return .failure(error)
        }
        nodeList.append(name)
        return .success(true)
    }
}
