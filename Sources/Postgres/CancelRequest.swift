import CLibPQ

/// Asks a server to cancel a connection's statement, from any thread and even after the connection is closed.
final class CancelRequest: @unchecked Sendable {
    // A PGcancel is never changed once made, and libpq allows its use from several threads.
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Sends the request, and blocks until the server has processed it. Only the answer to the statement tells whether
    /// the request had an effect.
    func send() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(pointer, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
