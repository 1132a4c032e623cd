import CommandLanguage
import MultiNode
import Postgres
import Rendering

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

    init(_ failure: Failure, on node: DataNode) {
        self.init(Self.state(of: failure), message: failure.summary)
        sqlstate = failure.sqlstate
    }

    var isGood: Bool {
        switch state {
        case .clean, .healed, .inProgress, .skipped: true
        default: false
        }
    }

    private static func state(of failure: Failure) -> State? {
        if failure.status == .interrupted { return nil }
        if failure.kind == .timedOut { return .hanging }
        if let sqlstate = failure.sqlstate {
            if sqlstate.hasPrefix("08") { return .unreachable }
            if ["22P02", "XX000"].contains(sqlstate) && failure.message.contains("remote transaction ID") {
                return .blocked
            }
        }
        return .failed
    }
}
