import ClusterAccess

/// What healing one node came to.
package struct HealResult: Sendable, Equatable {
    package enum State: String, Sendable {
        case clean, healed, inProgress = "in_progress", unreachable, hanging, blocked, skipped, failed
        case notPermitted = "not_permitted"
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
        case .failed(let error), .unknown(let error), .passedOver(let error): self.init(error)
        case .notBegun(let error): self.init(nil, message: error?.summary)
        }
    }

    init(_ error: ClusterError) {
        // What ends it is no matter of running this again, and the rows have no other place for it.
        let remedy = error.holdsAnothers ? error.remedy.map { "; \($0)" } ?? "" : ""
        self.init(Self.state(of: error), message: error.summary + remedy, sqlstate: error.sqlstate)
    }

    /// - Parameter left: how many transactions are still prepared on the node.
    static func inProgress(_ left: Int, healed: Int) -> HealResult {
        let those = left == 1 ? "its transaction is" : "\(left) transactions are"
        return HealResult(.inProgress, healed: healed, message: "\(those) still in progress on the access node")
    }

    /// - Parameter isSuperuser: whether the role may end those of every other role.
    static func refused(_ answer: HealingAnswer, isSuperuser: Bool) -> HealResult {
        isSuperuser
            ? refused(
                answer, .failed, "\(answer.reason); heal it again, and where that does not help, its log tells why")
            : refused(answer, .notPermitted, "only their owners and superusers may end them")
    }

    /// - Parameter reason: why the node could not be asked what is left there.
    static func refused(_ answer: HealingAnswer, unasked reason: String) -> HealResult {
        refused(answer, .failed, "\(answer.reason); the node can't be asked from here: \(reason)")
    }

    private static func refused(_ answer: HealingAnswer, _ state: State, _ why: String) -> HealResult {
        let count = answer.warnings.count
        let those = count == 1 ? "1 transaction is" : "\(count) transactions are"
        return HealResult(state, healed: answer.ended, message: "\(those) still in doubt: \(why)")
    }

    /// What the access node could not end, and what is not there any more.
    static func endedMeanwhile(healed: Int) -> HealResult {
        HealResult(healed > 0 ? .healed : .clean, healed: healed, message: "nothing is in doubt there any more")
    }

    /// - Parameter reason: why the node could not be asked what is left there.
    static func unverified(healed: Int, because reason: String) -> HealResult {
        HealResult(
            healed > 0 ? .healed : .clean, healed: healed,
            message: "the access node says so; the node can't be asked from here: \(reason)")
    }

    package var isGood: Bool {
        switch state {
        case .clean, .healed, .inProgress, .skipped: true
        case .unreachable, .hanging, .blocked, .failed, .notPermitted, nil: false
        }
    }

    private static func state(of error: ClusterError) -> State? {
        switch error.kind {
        case .interrupted: return nil
        case .timedOut: return .hanging
        case .refused, .mismatched, .connectionFailed, .connectionLost, .passwordNeeded, .passwordRejected: break
        }
        if error.holdsAnothers { return .blocked }
        guard let sqlstate = error.sqlstate else { return .failed }
        if sqlstate.hasPrefix("08") { return .unreachable }
        // These words are TimescaleDB's, which has no translations; the SQLSTATEs stand for much else too.
        let isMalformed = ["22P02", "XX000"].contains(sqlstate) && error.message.contains("remote transaction ID")
        return isMalformed ? .blocked : .failed
    }
}

extension HealingAnswer {
    /// The first of the warnings, which are all alike.
    fileprivate var reason: String { warnings.first ?? "" }
}
