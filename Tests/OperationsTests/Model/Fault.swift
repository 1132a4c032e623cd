import ClusterAccess

/// What goes wrong with a statement.
enum Fault: Sendable {
    /// When the server carries the statement out.
    enum Effect: CaseIterable, Sendable {
        case never, before, later
    }

    case none
    /// The access node can't connect to the data node.
    case unreachable
    /// An error before anything is done.
    case refused
    /// The connection is lost. With `later` the server does not notice, and carries the statement out afterwards.
    case lost(Effect)
    /// No answer ever comes.
    case hangs(Effect)

    static func draw(_ percent: Int, using random: inout SplitMix64) -> Fault {
        guard random.isLucky(percent) else { return .none }
        let effect = Effect.allCases.randomElement(using: &random) ?? .never
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return .unreachable
        case 1: return .refused
        case 2, 3: return .lost(effect)
        default: return .hangs(effect)
        }
    }
}

extension ClusterError {
    static let unreachable: ClusterError = {
        var error = ClusterError("[dn]: could not connect", node: "dn")
        error.sqlstate = "08001"
        return error
    }()
    static let outOfMemory: ClusterError = {
        var error = ClusterError("out of memory")
        error.sqlstate = "53200"
        return error
    }()
    static let connectionLost = ClusterError("the connection was lost", kind: .connectionLost)
    static let overtaken = ClusterError("tuple concurrently deleted")
    static let timedOut = ClusterError("no answer within the time limit", kind: .timedOut)
}
