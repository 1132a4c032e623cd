import Operations

/// A command that copies chunks.
struct CopyScenario: Scenario {
    private let weights: [Int64]

    init(using random: inout SplitMix64) {
        weights = (0..<Int.random(in: 0...10, using: &random)).map { _ in
            random.isLucky(10) ? 0 : Int64.random(in: 1...1 << 40, using: &random)
        }
    }

    func begin(_ cluster: inout ModelCluster.State, using random: inout SplitMix64) {
        cluster.copies = Set(weights.indices.filter { _ in random.isLucky(20) }.map { "chunk\($0)" })
    }

    func operation(_ client: ModelClient, parallel: Int) -> Operation<CopyStep> {
        Operation(
            weights.enumerated().map { CopyStep(name: "chunk\($0)", weight: $1, client: client) }, parallel: parallel)
    }

    func isDone(_ name: String, _ cluster: ModelCluster.State) -> Bool { cluster.copies.contains(name) }
}
