import Glibc

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
        return readToEnd(descriptor)
    }

    /// Everything up to the end of input; reads that signals interrupt go on.
    static func readToEnd(_ descriptor: Int32) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 {
                content.append(contentsOf: chunk[..<count])
            } else if count == 0 || errno != EINTR {
                return content
            }
        }
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
        guard descriptor >= 0 else { throw failure(path, SystemFailure()) }
        let temporary = text(of: template)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        fchmod(descriptor, mode)
        var bytes = content[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno != EINTR {
                throw failure(path, SystemFailure())
            }
        }
        // link(2) refuses a name that is taken, rename(2) replaces it: both at one instant.
        guard (exclusive ? link(temporary, path) : rename(temporary, path)) == 0 else {
            throw failure(path, SystemFailure())
        }
    }

    private static func failure(_ path: String, _ cause: SystemFailure) -> SandboxError {
        let kind: SandboxError.Kind = cause.number == EEXIST ? .alreadyUp : .folder
        return SandboxError(kind, "can't write \"\(path)\": \(cause)")
    }
}
