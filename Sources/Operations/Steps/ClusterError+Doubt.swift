import ClusterAccess

extension ClusterError {
    /// Whether the server has ended the session because it heard nothing in a transaction for too long, and has undone that:
    /// idle_in_transaction_session_timeout, appendix A of the PostgreSQL manual.
    var isOfSilentClient: Bool { sqlstate == Self.silentClient }

    static let silentClient = "25P03"

    /// Whether the server may have done what it was asked: its answer was lost, or nobody waited for it.
    var leavesDoubt: Bool {
        // All was undone before the server read the statement.
        if isOfSilentClient { return false }
        return switch kind {
        case .connectionLost, .timedOut, .interrupted: true
        // statement_completion_unknown and transaction_resolution_unknown: appendix A of the PostgreSQL manual.
        case .refused: sqlstate == "40003" || sqlstate == "08007"
        case .mismatched, .connectionFailed, .passwordNeeded, .passwordRejected: false
        }
    }
}
