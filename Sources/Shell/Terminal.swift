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
    package var columns: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// The process's environment.
package enum Environment {
    package static subscript(name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
