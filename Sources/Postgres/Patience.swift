/// How long a statement may go on that is to be stopped, because its time is over or its task is cancelled.
///
/// A cancel request that reaches a server while it commits undoes nothing, and only hides what became of the statement.
package struct Patience: Sendable {
    /// How long its answer is awaited before the server is asked to cancel it.
    package var beforeCancelling: Duration
    /// Asks how much longer to wait, once, for a server that has not obeyed; then it is not asked to cancel any more.
    package var afterwards: (@Sendable () async -> Duration)?

    package init(beforeCancelling: Duration = .zero, afterwards: (@Sendable () async -> Duration)? = nil) {
        self.beforeCancelling = beforeCancelling
        self.afterwards = afterwards
    }

    /// For what is cancelled at once.
    package static let none = Patience()
}
