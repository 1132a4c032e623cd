import MultiNode
import Postgres

/// Why the end of a transaction failed, with what is known of it.
extension ClusterError {
    /// The error of a COMMIT.
    ///
    /// - Parameters:
    ///   - number: the transaction's id.
    ///   - outcome: what became of the transaction.
    ///   - isAnswered: whether the error is the access node's answer to it.
    func afterCommit(
        of number: String? = nil, _ outcome: TransactionOutcome, isAnswered: Bool = true
    ) -> ClusterError {
        var failure = settled(outcome)
        let cause = isAnswered ? firstLine : unanswered
        switch outcome {
        case .undone:
            failure.message = "\(cause): the transaction is undone"
            if mayHaveLeftParts {
                failure.remedy = "'\(healing)' first, then try again: what a data node still holds of it blocks that"
            }
        case .done:
            failure.message = "\(cause): the transaction took effect all the same"
            failure.remedy = Self.completion
        case .unknown:
            let soon = isAnswered ? "" : ", as soon as the access node answers"
            failure.message = "\(cause): whether \(isAnswered ? "the transaction" : "it") took effect is not known"
            failure.remedy = "'heal all' first\(soon); then \(Self.look(for: number)), before it is tried again"
            failure.isAccessNodeUnreachable = kind == .connectionLost
        }
        return failure
    }

    /// The error of a statement by itself at which the connection to the access node ended.
    func ofStatement(because reason: String, _ outcome: TransactionOutcome) -> ClusterError {
        var failure = settled(outcome)
        switch outcome {
        case .undone:
            failure.message = "\(reason): it is undone"
            failure.remedy = "'heal all' first, then try again: what a data node still holds of it blocks that"
        case .done:
            failure.message = "\(reason): it took effect all the same"
            failure.remedy = Self.completion
        case .unknown:
            failure.lossReason = reason
            failure.message = "\(reason): whether this took effect is not known"
            failure.remedy =
                "'heal all' first, as soon as the access node answers; then look whether it did, before it is run again"
        }
        return failure
    }

    /// The error of a statement whose connection was lost, where it is known that nothing came of it.
    ///
    /// - Parameter effect: what has come of it, behind the reason.
    package func leavingNoDoubt(_ effect: String) -> ClusterError {
        guard let lossReason else { return self }
        var failure = self
        failure.message = lossReason + effect
        failure.remedy = Self.again
        (failure.tookEffect, failure.lossReason) = (false, nil)
        return failure
    }

    /// The error of a statement whose connection was lost, where whoever runs it again begins with looking whether it took
    /// effect.
    package var lookingWhenRepeated: ClusterError {
        guard lossReason != nil else { return self }
        var failure = self
        failure.remedy = "\(Self.again): it looks first whether this took effect"
        return failure
    }

    private static let again = "run it again when the access node answers"

    /// Notes the data nodes that could not be told to roll back.
    mutating func noteParts(_ warnings: [ServerMessage]) {
        let refusing = Set(
            (warnings.map { ($0.sqlstate, $0.message) } + [(sqlstate, message)])
                .compactMap { TransactionWarning.nodeThatRefused(sqlstate: $0, message: $1) })
        nodesWithParts = warnings.compactMap { TransactionWarning.nodeNotRolledBack(message: $0.message) }
            .filter { !refusing.contains($0) }
    }

    /// Notes them, and what ends what they may hold.
    mutating func addPartsLeft(_ warnings: [ServerMessage]) {
        noteParts(warnings)
        guard !nodesWithParts.isEmpty else { return }
        let advice = "'\(healing)' first: what a data node may still hold of it is in doubt"
        remedy = remedy.map { "\(advice)\n\($0)" } ?? advice
    }

    private func settled(_ outcome: TransactionOutcome) -> ClusterError {
        var failure = self
        switch outcome {
        case .undone: failure.tookEffect = false
        case .done: failure.tookEffect = true
        case .unknown: failure.tookEffect = nil
        }
        return failure
    }

    private static let completion = "'heal all' completes it on the data nodes; do not try again"

    /// The further lines of a libpq message are about what may have happened; here it is known.
    private var firstLine: String { message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message }

    private var unanswered: String {
        switch kind {
        case .timedOut: "no answer to COMMIT within the time limit"
        case .interrupted: "interrupted, and COMMIT was not answered"
        default: "the connection to the access node was lost at COMMIT"
        }
    }

    private static func look(for number: String?) -> String {
        number.map { "'sql \(TransactionOutcome.query($0))' tells whether it took effect" }
            ?? "check whether it took effect"
    }

    /// The command that ends what data nodes hold: for those that are known, or for all.
    private var healing: String {
        let own = node.map { sqlstate?.hasPrefix("08") == true ? [$0] : [] } ?? []
        let nodes = Set(nodesWithParts + own).sorted()
        return nodes.isEmpty ? "heal all" : "heal \(nodes.map { Quoting.word($0) }.joined(separator: " "))"
    }

    /// Whether data nodes may hold prepared parts of the transaction: the access node had begun to prepare them.
    private var mayHaveLeftParts: Bool {
        node != nil || !nodesWithParts.isEmpty || kind == .timedOut || kind == .interrupted
            || sqlstate?.hasPrefix("08") == true
    }
}

extension PostgresError {
    /// Whether the server has refused the statement, whatever came of the connection afterwards.
    var isOfServer: Bool { sqlstate != nil && server.severity == "ERROR" }
}
