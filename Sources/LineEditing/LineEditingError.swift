package import SystemPackage

/// Why there is no line editor, or why its history was not kept.
package enum LineEditingError: Error, Equatable, Sendable {
    /// The descriptor is not a terminal, so there is nothing to edit on.
    case notATerminal(descriptor: Int32)
    /// A system call failed.
    case system(call: String, cause: Errno)
    /// libedit could not be started on this terminal.
    case unavailable
    /// The history file could not be read or written.
    case history(path: String, cause: Errno)
    /// Another session keeps the history file locked.
    case historyInUse(path: String)
    /// The file is there but is no history file, so it is left as it is.
    case foreignHistory(path: String)
}

extension LineEditingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notATerminal(let descriptor): "descriptor \(descriptor) is no terminal"
        case .system(let call, let cause): "\(call): \(cause)"
        case .unavailable: "there are no lines to edit on a terminal of this type (TERM)"
        case .history(let path, let cause): "\(path): \(cause)"
        case .historyInUse(let path): "\(path) is locked by another session"
        case .foreignHistory(let path): "\(path) is no history file, and is left as it is"
        }
    }
}
