package import ClusterAccess

/// Takes what a step reports while it runs.
package struct StepReport: Sendable {
    private let progressed: @Sendable (Double) -> Void
    private let waits: @Sendable (String) -> Void
    private let stop: Stop

    init(
        progressed: @escaping @Sendable (Double) -> Void, waits: @escaping @Sendable (String) -> Void, stop: Stop
    ) {
        self.progressed = progressed
        self.waits = waits
        self.stop = stop
    }

    /// Whether the operation is to stop: what waits for somebody else need not go on.
    package var isToStop: Bool { stop.isStopping }

    /// Lets no further step begin: each would fail as this one has.
    package func endOperation(because error: ClusterError) { stop.end(because: error) }

    /// - Parameter fraction: how much of the step is done, from 0 to 1.
    package func progressed(to fraction: Double) { progressed(fraction) }

    /// - Parameter reason: what the step waits for: `a lock on conditions`. The next progress ends the wait.
    package func waits(for reason: String) { waits(reason) }
}
