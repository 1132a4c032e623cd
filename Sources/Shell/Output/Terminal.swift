import Glibc

/// A terminal that output goes to.
package struct Terminal: Sendable {
    private let descriptor: Int32

    /// - Returns: nil when the descriptor is no terminal.
    package init?(descriptor: Int32) {
        guard isatty(descriptor) == 1 else { return nil }
        self.descriptor = descriptor
    }

    /// Its width now, in columns; 80 where it does not tell.
    package var columns: Int { size.ws_col > 0 ? Int(size.ws_col) : 80 }

    /// Its height now, in lines; 24 where it does not tell.
    var rows: Int { size.ws_row > 0 ? Int(size.ws_row) : 24 }

    private var size: winsize {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
    }
}
