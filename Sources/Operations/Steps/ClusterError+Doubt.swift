import ClusterAccess

extension ClusterError {
    /// Whether the server may have done what it was asked: its answer was lost, or nobody waited for it.
    var leavesDoubt: Bool {
        // idle_in_transaction_session_timeout: all was undone before the server read the statement.
        if sqlstate == "25P03" { return false }
        return switch kind {
        case .connectionLost, .timedOut, .interrupted: true
        // statement_completion_unknown and transaction_resolution_unknown: appendix A of the PostgreSQL manual.
        case .refused: sqlstate == "40003" || sqlstate == "08007"
        case .mismatched, .connectionFailed, .passwordNeeded, .passwordRejected: false
        }
    }
}
