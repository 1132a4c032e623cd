import Platform

/// How a command that works step by step is asked to stop: at the first Ctrl-C it ends what is in hand and begins nothing
/// more. Every other command is cancelled at once, and so is this one at the second.
package final class Stopping: Sendable {
    private let request = Lock<(@Sendable () -> Void)?>(nil)

    package init() {}

    /// Lets one interrupt ask for the end in place of a cancellation, while the work goes on.
    ///
    /// - Parameter request: asks for the end; it must not wait.
    func whileWorking<Result>(
        _ request: @escaping @Sendable () -> Void, _ work: () async -> Result
    ) async -> Result {
        self.request.withLock { $0 = request }
        defer { self.request.withLock { $0 = nil } }
        return await work()
    }

    /// Passes an interrupt on.
    ///
    /// - Returns: false where nothing takes it, so that the command is to be cancelled.
    package func interrupt() -> Bool {
        let request = request.withLock { request in
            defer { request = nil }
            return request
        }
        request?()
        return request != nil
    }
}
