import MultiNode

/// Why a COMMIT failed, with what is known of its transaction.
extension ClusterError {
    /// The error of a COMMIT that the access node has refused.
    ///
    /// - Parameters:
    ///   - number: the transaction's id.
    ///   - outcome: what became of the transaction.
    func afterCommit(of number: String? = nil, _ outcome: TransactionOutcome) -> ClusterError {
        var failure = self
        // The further lines of a libpq message are about what may have happened; here it is known.
        let cause = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? message
        switch outcome {
        case .undone:
            failure.message = "\(cause): the transaction is undone"
            if mayHaveLeftParts {
                failure.remedy = "'heal all' first, then try again: what a data node still holds of it blocks that"
            }
        case .done:
            failure.message = "\(cause): the transaction took effect all the same"
            failure.remedy = "'heal all' completes it on the data nodes; do not try again"
        case .unknown:
            failure.message = "\(cause): whether the transaction took effect is not known"
            failure.remedy = "'heal all' first; then \(Self.look(for: number)), before it is tried again"
        }
        return failure
    }

    /// The error of a COMMIT at which the connection to the access node was lost.
    ///
    /// - Parameter number: the transaction's id; nil if it had none.
    func lostAtCommit(of number: String?) -> ClusterError {
        var failure = self
        failure.message =
            "the connection to the access node was lost at COMMIT: whether it took effect is not known"
        failure.remedy =
            "'heal all' first, as soon as the access node answers; then \(Self.look(for: number)), before it is tried again"
        return failure
    }

    private static func look(for number: String?) -> String {
        number.map { "'sql \(TransactionOutcome.query($0))' tells whether it took effect" }
            ?? "check whether it took effect"
    }

    /// Whether data nodes may hold prepared parts of the transaction: the access node had begun to prepare them.
    private var mayHaveLeftParts: Bool {
        node != nil || kind == .timedOut || kind == .interrupted || sqlstate?.hasPrefix("08") == true
    }
}
