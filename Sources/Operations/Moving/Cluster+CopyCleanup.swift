package import ClusterAccess
package import MultiNode

extension Cluster {
    /// Removes what a copy that broke off has left.
    package func cleanUp(_ copying: ChunkCopying) async throws(ClusterError) {
        guard !copying.isUnproved, copying.stage != "delete_chunk", !copying.isRunning else {
            throw ClusterError(
                "the copy \(copying.operation) from \(copying.source) to \(copying.destination) is not ended",
                remedy: "'chunk verify' compares the copies; 'check' tells what to do")
        }
        try await aside { link throws(ClusterError) in
            _ = try await send(ChunkCopySQL.forget(copying.operation), on: link, timeout: .seconds(60))
        }
    }
}
