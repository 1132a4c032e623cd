import Platform

/// Asks a command that works step by step to stop. At the first Ctrl-C it completes the current step and begins no
/// other; the second one cancels it. Every other command is cancelled at the first.
package final class Stopping: Sendable {
    private let request = Lock<(@Sendable () -> Void)?>(nil)

    package init() {}

    /// Lets one interrupt request an orderly end instead of a cancellation, while the work goes on.
    ///
    /// - Parameter request: requests the end; it must not block.
    func whileWorking<Result>(
        _ request: @escaping @Sendable () -> Void, _ work: () async -> Result
    ) async -> Result {
        self.request.withLock { $0 = request }
        defer { self.request.withLock { $0 = nil } }
        return await work()
    }

    /// Passes an interrupt on.
    ///
    /// - Returns: false if nothing takes it, so that the caller must cancel the command.
    package func interrupt() -> Bool {
        let request = request.withLock { request in
            defer { request = nil }
            return request
        }
        request?()
        return request != nil
    }
}
