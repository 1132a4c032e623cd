import Platform

/// A value that one task waits for. The first answer counts.
final class Reply<Value: Sendable>: Sendable {
    private struct State: Sendable {
        var value: Value?
        var continuation: UnsafeContinuation<Value, Never>?
    }

    private let state = Lock(State())

    /// - Returns: false if there was an answer before.
    @discardableResult
    func resolve(_ value: Value) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value, Never>?) in
            guard state.value == nil else { return (false, nil) }
            state.value = value
            return (true, state.continuation)
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    var value: Value {
        get async {
            await withUnsafeContinuation { continuation in
                let value = state.withLock { state in
                    if state.value == nil { state.continuation = continuation }
                    return state.value
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
