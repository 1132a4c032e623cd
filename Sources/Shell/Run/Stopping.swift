import Platform

/// Asks a command that works step by step to stop. At the first Ctrl-C it completes the current step and begins no
/// other; the second one cancels it. Every other command is cancelled at the first.
package final class Stopping: Sendable {
    private let request = Lock<(@Sendable () -> Void)?>(nil)
    /// Takes why the work ends that nobody has asked to end.
    private let ending = Lock<(@Sendable (Failure) -> Bool)?>(nil)

    package init() {}

    /// Lets one interrupt request an orderly end instead of a cancellation, while the work goes on.
    ///
    /// - Parameters:
    ///   - request: requests the end; it must not block.
    ///   - end: is called before the work is cancelled that nobody has asked to end, with why. It says whether the work tells that
    ///     itself, and must not block.
    func whileWorking<Result>(
        _ request: @escaping @Sendable () -> Void, endedBy end: @escaping @Sendable (Failure) -> Bool,
        _ work: () async -> Result
    ) async -> Result {
        func exchange<Value: Sendable>(_ kept: Lock<Value>, _ value: Value) -> Value {
            kept.withLock { current in
                defer { current = value }
                return current
            }
        }
        let outer = (exchange(self.request, request), exchange(ending, end))
        defer {
            _ = exchange(self.request, outer.0)
            _ = exchange(ending, outer.1)
        }
        return await work()
    }

    /// Tells the work why it is about to be cancelled, though nobody has asked for that.
    ///
    /// - Returns: whether it tells that itself.
    func end(because failure: Failure) -> Bool {
        ending.withLock { $0 }?(failure) ?? false
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
