import Glibc
package import SystemPackage

extension FilePath {
    /// The path with no symbolic link, `.` or `..` in it, as `/proc` shows it; nil when nothing is there.
    package var canonical: FilePath? {
        guard let resolved = realpath(string, nil) else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}
