import Operations

/// A command that is run again and again, until nothing is left to do.
protocol Scenario: Sendable {
    associatedtype Work: Step

    /// The cluster before the first run.
    func begin(_ cluster: inout ModelCluster.State, using random: inout SplitMix64)

    /// Changes the cluster between two runs, as others would.
    func change(_ cluster: inout ModelCluster.State, using random: inout SplitMix64)

    /// The operation that the command makes for the present state of the cluster.
    func operation(_ client: ModelClient, parallel: Int) -> Operation<Work>

    /// Whether nothing is left to do for a step.
    func isDone(_ name: String, _ cluster: ModelCluster.State) -> Bool

    /// Whether the cluster says that a step is done.
    func isToldDone(_ name: String, _ cluster: ModelCluster.State) -> Bool

    /// Whether a step can't succeed, whatever happens.
    func isHopeless(_ name: String, _ cluster: ModelCluster.State) -> Bool

    /// Whether a step that was cancelled asks the cluster whether it is done.
    var asksWhenCancelled: Bool { get }

    /// Whether steps have to run one by one until one is complete.
    func beginsAlone(_ cluster: ModelCluster.State) -> Bool
}

extension Scenario {
    func change(_ cluster: inout ModelCluster.State, using random: inout SplitMix64) {}
    func isToldDone(_ name: String, _ cluster: ModelCluster.State) -> Bool { isDone(name, cluster) }
    func isHopeless(_ name: String, _ cluster: ModelCluster.State) -> Bool { false }
    var asksWhenCancelled: Bool { true }
    func beginsAlone(_ cluster: ModelCluster.State) -> Bool { false }
}
