import Glibc
import Platform

/// A terminal that output goes to.
package struct Terminal: Sendable {
    private let descriptor: Int32

    /// - Returns: nil when the descriptor is no terminal.
    package init?(descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        self.descriptor = descriptor
    }

    /// Its width now, in columns; 80 where it does not tell.
    package var columns: Int { TerminalSize(of: descriptor).columns }

    /// Its height now, in lines; 24 where it does not tell.
    var rows: Int { TerminalSize(of: descriptor).rows }
}
