import Glibc

/// A pipe through which other threads wake the one that waits for a key.
struct WakePipe: ~Copyable {
    /// What the byte in the pipe says.
    enum Signal: Equatable {
        case event(EditorEvent)
        /// There is something to print above the line.
        case notice
        case close

        fileprivate var byte: UInt8 {
            switch self {
            case .event(let event): event.rawValue
            case .notice: 0xfe
            case .close: 0xff
            }
        }
    }

    /// Readable when a signal waits.
    let reading: Int32
    private let writing: Int32

    init() throws(LineEditingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        for end in ends {
            // Non-blocking: a pipe full of signals wakes the reader as well as one more signal would.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        close(reading)
        close(writing)
    }

    func send(_ signal: Signal) {
        withUnsafePointer(to: signal.byte) { _ = write(writing, $0, 1) }
    }

    /// The next signal, nil if none waits.
    func receive() -> Signal? {
        var byte: UInt8 = 0
        guard read(reading, &byte, 1) == 1 else { return nil }
        switch byte {
        case 0xfe: return .notice
        case 0xff: return .close
        default: return EditorEvent(rawValue: byte).map(Signal.event)
        }
    }

    /// Forgets whatever waits.
    func drain() {
        while receive() != nil {}
    }
}
