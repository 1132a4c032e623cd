package import MultiNode
import Postgres

/// The locks that scripts take on the cluster.
extension Cluster {
    /// Takes a lock for as long as its link lives.
    ///
    /// - Parameter link: one by itself, which runs nothing else.
    /// - Returns: who holds it, where another session does; nil once it is taken.
    package func takeLock(_ name: String, on link: any Link) async throws(ClusterError) -> ScriptLockHolder? {
        if try await send(ScriptLock.take(name), on: link).value == "t" { return nil }
        let holder = try await send(ScriptLock.holder(name), on: link).records.first.map { ScriptLockHolder(row: $0) }
        if let holder { return holder }
        // It was let go between the two questions.
        if try await send(ScriptLock.take(name), on: link).value == "t" { return nil }
        return .former
    }

    /// Asks over the link of a lock whether it is still held.
    package func proveLock(on link: any Link) async throws(ClusterError) {
        try await send(ScriptLock.proof, on: link)
    }
}
