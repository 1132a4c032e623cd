import Glibc

/// Why there is no line editor, or why its history was not kept.
package enum LineEditingError: Error, Equatable, Sendable {
    /// The descriptor is not a terminal, so there is nothing to edit on.
    case notATerminal(descriptor: Int32)
    /// A system call failed; `code` is its errno(3).
    case system(call: String, code: Int32)
    /// libedit could not be started on this terminal.
    case unavailable
    /// The history file could not be read or written; `code` is the errno(3).
    case history(path: String, code: Int32)
    /// The file is there but is no history file, so it is left as it is.
    case foreignHistory(path: String)
}

extension LineEditingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notATerminal(let descriptor): "descriptor \(descriptor) is no terminal"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        case .unavailable: "there are no lines to edit on a terminal of this type (TERM)"
        case .history(let path, let code): "\(path): \(String(cString: strerror(code)))"
        case .foreignHistory(let path): "\(path) is no history file, and is left as it is"
        }
    }
}
