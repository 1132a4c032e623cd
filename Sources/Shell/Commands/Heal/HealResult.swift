import ClusterAccess
import MultiNode

/// What healing one node came to.
struct HealResult: Sendable {
    enum State: String, Sendable {
        case clean, healed, inProgress = "in_progress", unreachable, hanging, blocked, skipped, failed
    }

    /// nil where the command was interrupted before it was known.
    var state: State?
    var healed = 0
    var message: String?
    var sqlstate: String?

    init(_ state: State?, healed: Int = 0, message: String? = nil) {
        self.state = state
        self.healed = healed
        self.message = message
    }

    init(_ error: ClusterError) {
        self.init(Self.state(of: error), message: error.summary)
        sqlstate = error.sqlstate
    }

    var isGood: Bool {
        switch state {
        case .clean, .healed, .inProgress, .skipped: true
        default: false
        }
    }

    private static func state(of error: ClusterError) -> State? {
        if error.kind == .interrupted { return nil }
        if error.kind == .timedOut { return .hanging }
        if let sqlstate = error.sqlstate {
            if sqlstate.hasPrefix("08") { return .unreachable }
            if ["22P02", "XX000"].contains(sqlstate) && error.message.contains("remote transaction ID") {
                return .blocked
            }
        }
        return .failed
    }
}
