import CLibPQ

/// A connection of libpq, finished once.
struct Handle: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }
}

/// What PQcancel needs; it may be used from any thread while its connection lives or not.
final class CancelHandle: @unchecked Sendable {
    private let pointer: OpaquePointer?

    init(_ connection: OpaquePointer) { pointer = PQgetCancel(connection) }

    deinit { PQfreeCancel(pointer) }

    /// Asks the server to give up; blocks until the server has taken the request.
    func request() {
        guard let pointer else { return }
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(pointer, &message, Int32(message.count))
    }
}
