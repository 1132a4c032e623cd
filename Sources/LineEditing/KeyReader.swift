import Glibc
import Platform

/// The characters typed at the terminal, and the signals sent meanwhile.
struct KeyReader {
    enum Key: Equatable {
        case character(Unicode.Scalar)
        /// Nothing will be typed any more.
        case end
        case signal(EditorSignal)
    }

    let terminal: Int32
    private var decoder = UTF8Decoder()

    init(terminal: Int32) {
        self.terminal = terminal
    }

    /// Whether a key or a signal waits, or comes within a time, in milliseconds.
    func isReady(_ pipe: WakePipe, within milliseconds: Int32 = 0) -> Bool {
        var sources = Self.sources(terminal, pipe.readingEnd)
        return poll(&sources, 2, milliseconds) > 0
    }

    /// Waits for the next key or signal.
    ///
    /// One byte is read at a time, so that what is typed ahead stays in the terminal for the program run next.
    mutating func next(_ pipe: WakePipe) -> Key {
        while true {
            var sources = Self.sources(terminal, pipe.readingEnd)
            guard poll(&sources, 2, -1) > 0 else {
                if errno == EINTR { continue }
                return .end
            }
            // Signals first: they are to work while text streams in.
            if sources[1].revents != 0, let signal = pipe.receiveSignal() { return .signal(signal) }
            guard sources[0].revents != 0 else { continue }
            var byte: UInt8 = 0
            switch read(terminal, &byte, 1) {
            case 1:
                if let character = decoder.decode(byte) { return .character(character) }
            case -1 where errno == EINTR || errno == EAGAIN:
                continue
            default:
                return .end
            }
        }
    }

    private static func sources(_ terminal: Int32, _ pipe: Int32) -> [pollfd] {
        [terminal, pipe].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }
}
