import CLibPQ

/// What it takes to ask a server to cancel a connection's statement, from any thread, for as long as the holder likes.
final class CancelRequest: @unchecked Sendable {
    // A PGcancel is never changed once made, and libpq allows its use from several threads.
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Asks, and blocks until the server has passed the request on. Whether it had an effect is not known here: the
    /// statement's own answer tells.
    func send() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(pointer, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
