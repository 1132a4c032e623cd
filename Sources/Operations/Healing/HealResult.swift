import ClusterAccess

/// What healing one node came to.
package struct HealResult: Sendable, Equatable {
    package enum State: String, Sendable {
        case clean, healed, inProgress = "in_progress", unreachable, hanging, blocked, skipped, failed
    }

    /// nil if healing was interrupted before this was known.
    package let state: State?
    /// How many transactions were ended.
    package let healed: Int
    package let message: String?
    package let sqlstate: String?

    init(_ state: State?, healed: Int = 0, message: String? = nil, sqlstate: String? = nil) {
        self.state = state
        self.healed = healed
        self.message = message
        self.sqlstate = sqlstate
    }

    package init(_ outcome: StepOutcome<HealResult>) {
        switch outcome {
        case .done(let result): self = result
        case .unneeded: self.init(.skipped, message: "marked unavailable; 'node enable' undoes that")
        case .failed(let error), .unknown(let error): self.init(error)
        case .notBegun: self.init(nil)
        }
    }

    init(_ error: ClusterError) {
        self.init(Self.state(of: error), message: error.summary, sqlstate: error.sqlstate)
    }

    /// - Parameter left: how many transactions are still prepared on the node.
    static func inProgress(_ left: Int, healed: Int) -> HealResult {
        let those = left == 1 ? "its transaction is" : "\(left) transactions are"
        return HealResult(.inProgress, healed: healed, message: "\(those) still in progress on the access node")
    }

    package var isGood: Bool {
        switch state {
        case .clean, .healed, .inProgress, .skipped: true
        case .unreachable, .hanging, .blocked, .failed, nil: false
        }
    }

    private static func state(of error: ClusterError) -> State? {
        switch error.kind {
        case .interrupted: return nil
        case .timedOut: return .hanging
        case .refused, .connectionFailed, .connectionLost, .passwordNeeded, .passwordRejected: break
        }
        guard let sqlstate = error.sqlstate else { return .failed }
        if sqlstate.hasPrefix("08") { return .unreachable }
        let isMalformed = ["22P02", "XX000"].contains(sqlstate) && error.message.contains("remote transaction ID")
        return isMalformed ? .blocked : .failed
    }
}
