import ClusterAccess
import Platform

/// A statement that a server of the model carries out in several parts, even if the client is gone meanwhile.
final class ModelRequest<Answer: Sendable>: Sendable {
    typealias Work = @Sendable (inout ModelCluster.State, inout Int) -> Result<Answer, ClusterError>?

    private let cluster: ModelCluster
    private let time: VirtualTime
    private let work: Work
    private let isWithdrawn = Lock(false)
    private let count = Lock(0)

    init(_ cluster: ModelCluster, _ time: VirtualTime, _ work: @escaping Work) {
        self.cluster = cluster
        self.time = time
        self.work = work
    }

    /// Makes the server stop before the next part.
    func withdraw() { isWithdrawn.withLock { $0 = true } }

    func execute(after delay: Duration, _ ended: @escaping @Sendable (Result<Answer, ClusterError>) -> Void) {
        time.schedule(after: delay) { [self] in
            if isWithdrawn.withLock({ $0 }) { return }
            var done = count.withLock { $0 }
            let result = cluster.read { work(&$0, &done) }
            count.withLock { $0 = done }
            if let result { ended(result) } else { execute(after: .milliseconds(10), ended) }
        }
    }
}
