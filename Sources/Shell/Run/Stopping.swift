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
        let outer = self.request.withLock { current in
            defer { current = request }
            return current
        }
        defer { self.request.withLock { $0 = outer } }
        return await work()
    }

    /// Lets the next interrupt do something else than cancel the run, or not any more.
    ///
    /// - Parameter request: what it does; it must not block.
    func request(_ request: (@Sendable () -> Void)?) { self.request.withLock { $0 = request } }

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
