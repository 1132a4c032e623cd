package import ClusterAccess
package import MultiNode

/// One part of an operation.
///
/// A step is safe to repeat. It asks the cluster whether it is needed and whether it is done, so an operation that was
/// stopped or killed goes on when it is run again: no file has to remember anything.
package protocol Step<Result>: Sendable {
    associatedtype Result: Sendable

    /// What the step is about: a name that the command takes as an operand.
    var name: String { get }
    /// What the step sends; `--dry-run` shows this very value.
    var plan: Plan { get }
    /// Its share of the whole work: 1 if all steps are alike, or the bytes that it moves.
    var weight: Int64 { get }
    /// Where it works, which may bear only so many steps at once.
    var places: [StepPlace] { get }

    /// Whether ``obstacle()`` may take a while, for which nobody waits who has asked for a stop.
    var looksForObstacles: Bool { get }

    /// What other steps have found that keeps this one from being begun: it would only fail. Where it takes a while it ends as
    /// soon as its task is cancelled.
    ///
    /// - Returns: nil if it may begin.
    func obstacle() async -> ClusterError?

    /// Whether there is anything to do.
    func isNeeded() async throws(ClusterError) -> Bool

    /// Does the step.
    func run(_ report: StepReport) async throws(ClusterError) -> Result

    /// Whether the cluster is to be asked after an error, because it leaves open whether the step is done, or the step may
    /// have left something that is to be removed.
    func isToBeAsked(after error: ClusterError) -> Bool

    /// What the step waits for while that is asked, in words behind "waits for".
    var settling: String { get }

    /// Asks the cluster whether the step is done, after an error that leaves this open.
    ///
    /// The task that asks goes on when the operation is cancelled, for ten seconds at most. Else the step itself limits the
    /// time that the question takes.
    ///
    /// - Returns: nil if the step is not done.
    /// - Throws: if the cluster can't tell either.
    func result(after error: ClusterError) async throws(ClusterError) -> Result?

    /// The error of a step of which the cluster could not tell whether it is done.
    ///
    /// - Parameters:
    ///   - error: the step's own.
    ///   - left: why the cluster could not tell.
    func unsettled(_ error: ClusterError, because left: ClusterError) -> ClusterError
}

extension Step {
    package var weight: Int64 { 1 }

    package var places: [StepPlace] { [] }

    package var looksForObstacles: Bool { false }

    package func obstacle() async -> ClusterError? { nil }

    package func isNeeded() async throws(ClusterError) -> Bool { true }

    package func isToBeAsked(after error: ClusterError) -> Bool { error.leavesDoubt }

    package var settling: String { "the cluster's answer whether it is done" }

    package func unsettled(_ error: ClusterError, because left: ClusterError) -> ClusterError { error }
}
