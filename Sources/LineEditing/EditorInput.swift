/// What came of asking for a line.
package enum EditorInput: Sendable, Equatable {
    /// A line, or several with newlines between them; never with a newline at its end.
    case line(String)
    /// The line was dropped with Ctrl-C.
    case interrupted
    /// Ctrl-D on an empty line, the terminal hung up, or the editor was closed.
    case endOfInput
}

/// A signal that concerns the line being typed, passed on by whoever dispatches signals.
package enum EditorEvent: UInt8, Sendable, CaseIterable {
    /// SIGINT: drop the line.
    case interrupt
    /// SIGWINCH: lay the line out anew.
    case windowChanged
    /// SIGCONT: take the terminal back, which a shell has used meanwhile.
    case continued
    /// SIGTSTP: give the terminal back, and stop the process.
    case stop
}
