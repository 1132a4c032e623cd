import ClusterAccess

extension ClusterError {
    /// Whether what was asked may have been done nevertheless: its answer was lost, or was not waited for.
    var leavesDoubt: Bool {
        switch kind {
        case .connectionLost, .timedOut, .interrupted: true
        // statement_completion_unknown and transaction_resolution_unknown: appendix A of the PostgreSQL manual.
        case .refused: sqlstate == "40003" || sqlstate == "08007"
        case .connectionFailed, .passwordNeeded, .passwordRejected: false
        }
    }
}
