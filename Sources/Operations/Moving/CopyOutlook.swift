import ClusterAccess
import MultiNode

/// Whether a copy that is under way is worth waiting for.
struct CopyOutlook {
    /// Whether it never ends by itself.
    private(set) var isFailing = false
    /// Whether it waited for somebody else when the operation was to stop.
    private(set) var isStopped = false
    /// What it waited for when it was last looked at.
    private(set) var wait: CopyWait?

    /// - Parameter isToStop: whether the operation is to stop. A copy that gets on is let end.
    /// - Returns: whether the copy is to be cancelled.
    mutating func note(_ state: CopyState, isToStop: Bool) -> Bool {
        wait = state.wait
        if state.isFailing { isFailing = true }
        if isToStop, state.wait?.remedy != nil { isStopped = true }
        return isFailing || isStopped
    }
}
