import Foundation

/// Programs that some tests run, and that may not be installed: `scripts/setup --tests` installs them.
enum Installed {
    /// - Parameter untried: what is not tested without it; it is said.
    static func has(_ path: String, untried: String) -> Bool {
        let isThere = FileManager.default.isExecutableFile(atPath: path)
        if !isThere { print("\(path) is not installed: \(untried)") }
        return isThere
    }
}
