package import ClusterAccess
package import MultiNode

/// Cleans up after one copy or move of a chunk.
package struct CopyCleanupStep: Step {
    package let copying: ChunkCopying
    package let cleaning: CopyCleaning
    package let plan: Plan
    /// The nodes on which it may have left something.
    package let places: [String]
    /// Whether what has come over and is no copy stays where it has rows: the source is no node any more.
    package let keepsRows: Bool
    private let site: any CopyCleanupSite

    /// - Parameter nodes: the data nodes.
    package init(
        _ copying: ChunkCopying, among nodes: [DataNode], _ capabilities: Capabilities, at site: any CopyCleanupSite
    ) {
        self.copying = copying
        self.site = site
        let names = Set(nodes.map(\.name))
        cleaning = copying.cleaning(among: names)
        keepsRows =
            cleaning == .byHand && !names.contains(copying.source) && (copying.chunk == nil || copying.otherCopies == 0)
        let places = copying.places(of: cleaning, among: names)
        self.places = places
        plan = Self.plan(copying, cleaning, healing: nodes.filter { places.contains($0.name) }, capabilities)
    }

    private static func plan(
        _ copying: ChunkCopying, _ cleaning: CopyCleaning, healing nodes: [DataNode], _ capabilities: Capabilities
    ) -> Plan {
        var plan = Plan(nodes.map { .statement(Healing.statement(for: $0, capabilities)) })
        switch cleaning {
        case .keep: return Plan()
        case .clean: plan.steps.append(.statement(copying.cleanup))
        case .undo:
            plan.steps += copying.undoing(capabilities, lockWithin: .seconds(3))?.plan.steps ?? []
            plan.steps.append(.statement(copying.forgetting))
        case .forget, .compare, .byHand: plan.steps.append(.statement(copying.forgetting))
        }
        return plan
    }

    package var name: String { copying.operation }

    package func run(_ report: StepReport) async throws(ClusterError) -> CopyCleanup {
        try await site.cleanUp(copying)
    }

    package func result(after error: ClusterError) async throws(ClusterError) -> CopyCleanup? {
        guard error.kind == .connectionLost else { throw error }
        return try await site.hasRecord(of: copying) ? nil : .cleaned()
    }
}

/// A cluster, as far as cleaning up after copies needs it.
package protocol CopyCleanupSite: Sendable {
    func cleanUp(_ copying: ChunkCopying) async throws(ClusterError) -> CopyCleanup

    /// Whether the access node has a record of the operation still. It sets its own time limit.
    func hasRecord(of copying: ChunkCopying) async throws(ClusterError) -> Bool
}

extension Cluster: CopyCleanupSite {
    package func cleanUp(_ copying: ChunkCopying) async throws(ClusterError) -> CopyCleanup {
        try await cleanUp(copying, isOwnCall: false)
    }

    package func hasRecord(of copying: ChunkCopying) async throws(ClusterError) -> Bool {
        let own = limited(to: .seconds(5))
        return try await own.aside { link throws(ClusterError) in
            try await own.send(ChunkCopying.list(ofChunk: copying.chunkID), on: link).records
                .contains { ChunkCopying(row: $0).operation == copying.operation }
        }
    }
}
