import ClusterAccess
import MultiNode

extension LeftHaste {
    /// What became of it.
    var told: String {
        let what = "\(node.name): \(RetryInterval.name), which an earlier move had left lowered,"
        return error.map { "\(what) could not be put back, which 'chunk cleanup' does: \($0.summary)" }
            ?? "\(what) is put back"
    }
}
