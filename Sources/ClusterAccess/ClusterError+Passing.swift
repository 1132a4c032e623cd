import MultiNode

extension ClusterError {
    /// Whether a server has undone it because of others who were in the way at that moment: nothing has happened, and it may be done
    /// when they are gone.
    package var mayPass: Bool { kind == .refused && (PassingRefusal.isOne(sqlstate) || isOfCollision) }

    /// Whether it was the victim of a deadlock, or changed what another changed at that moment; nobody has waited for a lock as long
    /// as one may.
    package var isOfCollision: Bool {
        kind == .refused && (PassingRefusal.isDeadlock(sqlstate) || PassingRefusal.isSimultaneous(sqlstate, message))
    }
}
