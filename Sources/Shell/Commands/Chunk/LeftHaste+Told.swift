import ClusterAccess
import MultiNode

extension LeftHaste {
    /// Where it was lowered, if not in the node's own database.
    var place: String { isOwn ? "" : " in the database \(database)" }

    /// What became of it.
    var told: String {
        let what = "\(node.name): \(RetryInterval.name), which an earlier move\(place) had left lowered,"
        return error.map { "\(what) could not be put back, which 'chunk cleanup' does: \($0.summary)" }
            ?? "\(what) is put back"
    }
}
