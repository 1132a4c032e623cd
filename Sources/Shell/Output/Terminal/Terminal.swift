import Glibc
import Platform

/// A terminal that output goes to.
package struct Terminal: Sendable {
    private let descriptor: Int32

    /// - Returns: nil if the descriptor is not a terminal.
    package init?(descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        self.descriptor = descriptor
    }

    /// Its current width, in columns; 80 if unknown.
    package var columns: Int { TerminalSize(of: descriptor).columns }

    /// Its current height, in lines; 24 if unknown.
    var rows: Int { TerminalSize(of: descriptor).rows }

    /// Whether it shows by itself what is typed, Ctrl-C as `^C`, as it does while a question is asked.
    var echoesKeys: Bool {
        var settings = termios()
        let echo = tcflag_t(ECHO | ECHOCTL)
        return tcgetattr(descriptor, &settings) == 0 && settings.c_lflag & echo == echo
    }
}
