import Glibc

/// What is typed while no line is read: kept in the terminal for the next line, and not shown in the midst of what the
/// command says.
///
/// Keys that are signals stay signals. The line editor shows what was typed when it takes it up.
package struct TypeAhead: Sendable {
    private let terminal: Int32
    private let usual: termios

    /// Nil where the descriptor is no terminal.
    package init?(on terminal: Int32) {
        var usual = termios()
        guard tcgetattr(terminal, &usual) == 0 else { return nil }
        self.terminal = terminal
        self.usual = usual
    }

    package func begin() {
        var silent = usual
        // Without lines: an unfinished one would be lost, and the keys that edit would be at work on what is not shown.
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON)
        set(silent)
    }

    /// Gives the terminal back as it was found.
    package func end() {
        set(usual)
    }

    private func set(_ settings: termios) {
        var settings = settings
        // Never by a process in the background: that would stop it.
        guard tcgetpgrp(terminal) == getpgrp() else { return }
        // What waits to be read stays.
        tcsetattr(terminal, TCSADRAIN, &settings)
    }
}
