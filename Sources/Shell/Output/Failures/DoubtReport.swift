import ClusterAccess
import MultiNode

/// Data nodes that have not done their part of what is done: the access node could only warn of them.
struct DoubtReport {
    private let doubts: [NodeInDoubt]

    /// Nil if there are none.
    init?(_ doubts: [NodeInDoubt]) {
        if doubts.isEmpty { return nil }
        self.doubts = doubts
    }

    private var names: [String] { Set(doubts.map(\.node)).sorted() }

    /// The failure that they are.
    var failure: Failure {
        var failure = Failure(
            "done, but in doubt on \(names.joined(separator: ", "))", status: .partial,
            remedy: "'\(healing)' completes it there")
        failure.detail = doubts.map(\.reason).joined(separator: "\n")
        failure.mayHaveChanged = true
        failure.nodes = nodes
        return failure
    }

    private var healing: String { "heal \(names.map { Quoting.word($0) }.joined(separator: " "))" }

    private var nodes: [NodeOutcome] {
        doubts.map { NodeOutcome($0.node, ok: false, sqlstate: $0.sqlstate, message: "in doubt: \($0.reason)") }
    }

    /// Adds them to what was done all the same.
    func add(to outcome: inout Outcome) {
        outcome.failures.append(failure)
        outcome.nodes = outcome.nodes.filter { !names.contains($0.node) } + nodes
        if outcome.status == .done { outcome.status = .partial }
    }

    /// Adds them to what failed besides.
    func add(to failure: inout Failure) {
        let advice = "'\(healing)' completes what is in doubt on \(names.joined(separator: ", "))"
        failure.remedy = failure.remedy.map { "\(advice)\n\($0)" } ?? advice
        failure.nodes = failure.nodes.filter { !names.contains($0.node) } + nodes
        failure.mayHaveChanged = true
        if failure.status == .failed { failure.status = .partial }
    }
}
