import Platform
import SystemPackage

/// What wakes the thread that waits for a key, as a byte in its pipe.
enum EditorSignal: Equatable {
    case event(EditorEvent)
    /// There is something to print above the line.
    case notice
    /// There is another prompt for the line.
    case prompt
    case close

    fileprivate init?(_ byte: UInt8) {
        switch byte {
        case 0xfd: self = .prompt
        case 0xfe: self = .notice
        case 0xff: self = .close
        default:
            guard let event = EditorEvent(rawValue: byte) else { return nil }
            self = .event(event)
        }
    }

    fileprivate var byte: UInt8 {
        switch self {
        case .event(let event): event.rawValue
        case .prompt: 0xfd
        case .notice: 0xfe
        case .close: 0xff
        }
    }
}

extension WakePipe {
    static func ofEditor() throws(LineEditingError) -> WakePipe {
        do throws(Errno) {
            return try WakePipe()
        } catch {
            throw .system(call: "pipe", cause: error)
        }
    }

    func signal(_ signal: EditorSignal) {
        self.signal(signal.byte)
    }

    /// The next signal, nil if none waits.
    func receiveSignal() -> EditorSignal? {
        receive().flatMap { EditorSignal($0) }
    }
}
