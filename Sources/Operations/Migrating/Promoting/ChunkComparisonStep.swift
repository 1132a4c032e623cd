package import ClusterAccess
package import MultiNode

/// The comparison of the copies of one chunk, before a node is promoted that has one of them.
package struct ChunkComparisonStep: Step {
    let chunk: SourceChunk
    let site: ClusterPromotion

    package var name: String { chunk.name.name }
    package var plan: Plan { Plan() }

    /// - Returns: nil where somebody writes to it.
    package func run(_ report: StepReport) async throws(ClusterError) -> PromotedChunk? {
        try await site.compare(chunk)
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> PromotedChunk?? { nil }
}
