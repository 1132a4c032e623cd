import ClusterAccess

/// What goes wrong with one call of a process to a model of servers.
enum CallFault {
    case none
    /// Nothing was done.
    case refused(ClusterError)
    /// The process is killed, and nothing was done.
    case killedBefore
    /// It is done, and nobody hears of it.
    case unheard(ClusterError)
    case killedBehind

    /// - Parameter percent: how many calls in a hundred go wrong.
    static func drawn(_ percent: Int, using random: inout SplitMix64) -> CallFault {
        guard random.isLucky(percent) else { return .none }
        return switch Int.random(in: 0..<5, using: &random) {
        case 0: .refused(.outOfMemory)
        case 1: .refused(.connectionLost)
        case 2: .killedBefore
        case 3: .unheard(.connectionLost)
        default: .killedBehind
        }
    }

    /// What the process hears of it, and whether it is dead then.
    ///
    /// - Parameter work: what the servers do, where they do it.
    func answer<Value>(isDead: inout Bool, _ work: () -> Value) -> Result<Value, ClusterError> {
        switch self {
        case .refused(let error): return .failure(error)
        case .killedBefore:
            isDead = true
            return .failure(.interrupted)
        case .none: return .success(work())
        case .unheard(let error):
            _ = work()
            return .failure(error)
        case .killedBehind:
            _ = work()
            isDead = true
            return .failure(.interrupted)
        }
    }
}
