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
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(path, .current) }
        let temporary = text(of: template)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        fchmod(descriptor, mode)
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(content)
        } catch {
            throw failure(path, error.cause)
        }
        // link(2) refuses a name that is taken, rename(2) replaces it: both at one instant.
        guard (exclusive ? link(temporary, path) : rename(temporary, path)) == 0 else {
            throw failure(path, .current)
        }
    }

    /// The text of a C string in a buffer.
    private static func text(of buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func failure(_ path: String, _ cause: Errno) -> SandboxError {
        let kind: SandboxError.Kind = cause == .fileExists ? .alreadyUp : .folder
        return SandboxError(kind, "can't write \"\(path)\": \(cause)")
    }
}
