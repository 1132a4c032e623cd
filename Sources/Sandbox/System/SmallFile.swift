import Glibc
import Platform
import SystemPackage

/// A small file, read and written whole.
enum SmallFile {
    /// The content; nil when the file isn't there or can't be read.
    static func read(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try? FileDescriptor(rawValue: descriptor).readToEnd()
    }

    /// Puts a file in place whole: a reader sees the old content or the new, also after a crash of this process.
    ///
    /// - Parameter exclusive: fail with `EEXIST` when the file is there already.
    static func write(
        _ content: String, to path: String, mode: mode_t, exclusive: Bool = false
    ) throws(SandboxError) {
        try write(Array(content.utf8), to: path, mode: mode, exclusive: exclusive)
    }

    static func write(
        _ content: [UInt8], to path: String, mode: mode_t, exclusive: Bool = false
    ) throws(SandboxError) {
        do throws(Errno) {
            try WholeFile.write(content, to: path, isNew: exclusive) { fchmod($0, mode) == 0 }
        } catch {
            throw failure(path, error)
        }
    }

    private static func failure(_ path: String, _ cause: Errno) -> SandboxError {
        let kind: SandboxError.Kind = cause == .fileExists ? .alreadyUp : .folder
        return SandboxError(kind, "can't write \"\(path)\": \(cause)")
    }
}
