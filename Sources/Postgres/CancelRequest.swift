import CLibPQ

/// Asks a server to cancel a connection's statement, from any thread and even after the connection is closed.
final class CancelRequest: @unchecked Sendable {
    // libpq lets any thread use it, and a connection asks for one request at a time.
    private let pointer: UnsafeMutableRawPointer

    init(_ pointer: UnsafeMutableRawPointer) {
        self.pointer = pointer
    }

    deinit {
        clibpq_free_cancel(pointer)
    }

    /// Sends the request, and blocks until the server has processed it. Only the answer to the statement tells whether
    /// the request had an effect.
    func send() {
        clibpq_send_cancel(pointer)
    }
}
