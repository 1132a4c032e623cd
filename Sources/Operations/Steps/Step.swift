package import ClusterAccess
package import MultiNode

/// One part of an operation.
///
/// It is safe to repeat: whether it is needed and whether it is done is asked of the cluster, so that an operation that
/// was stopped or killed goes on when it is run again, without a file that remembers anything.
package protocol Step<Result>: Sendable {
    associatedtype Result: Sendable

    /// What it is about, by the name that the command takes which does the rest.
    var name: String { get }
    /// What it is going to send; `--dry-run` shows this very value.
    var plan: Plan { get }
    /// Its part of the whole work: 1 where all steps are alike, or the bytes that it moves.
    var weight: Int64 { get }

    /// Whether there is anything to do.
    func isNeeded() async throws(ClusterError) -> Bool

    /// Does it.
    func run(_ report: StepReport) async throws(ClusterError) -> Result

    /// Asks the cluster whether it is done, after an error that leaves this in doubt.
    ///
    /// The task that asks is never cancelled, so a step limits the time of its question itself.
    ///
    /// - Returns: nil where it is not done.
    /// - Throws: when the cluster can't tell either.
    func result(after error: ClusterError) async throws(ClusterError) -> Result?
}

extension Step {
    package var weight: Int64 { 1 }

    package func isNeeded() async throws(ClusterError) -> Bool { true }
}
