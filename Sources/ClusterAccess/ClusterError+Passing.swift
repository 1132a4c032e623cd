import MultiNode

extension ClusterError {
    /// Whether a server has undone it because of others who were in the way at that moment: nothing has happened, and it may be done
    /// when they are gone.
    package var mayPass: Bool { kind == .refused && PassingRefusal.isOne(sqlstate) }

    /// Whether it was the victim of a deadlock; nobody has waited for a lock as long as one may.
    package var isOfDeadlock: Bool { kind == .refused && PassingRefusal.isDeadlock(sqlstate) }
}
