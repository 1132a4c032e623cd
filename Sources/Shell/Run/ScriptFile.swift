package import CommandLanguage
import Glibc
package import Platform
import SystemPackage

/// A file of commands.
package enum ScriptFile {
    /// The most bytes of a script. A longer file is not a script, or never ends.
    static let longest = 1 << 30

    /// Reads a whole file, or a pipe to its end; `-` is standard input.
    ///
    /// - Parameter trust: what the file must be to be used; nil for whatever is there.
    /// - Throws: why it can't be read; `.interrupted` if the task was cancelled while it waited for data.
    package nonisolated(nonsending) static func read(
        _ path: String, trusting trust: FileTrust? = nil
    ) async throws(Failure) -> SourceText {
        if path == "-" { return SourceText(name: "<stdin>", bytes: try await bytes(of: STDIN_FILENO, "<stdin>")) }
        // O_NONBLOCK, because opening a pipe without a writer would block, and signals would go unnoticed.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        do throws(FileTrust.Refusal) {
            try trust?.check(descriptor, path)
        } catch {
            throw Failure(error.message, status: .usage, remedy: error.remedy)
        }
        if let long = try LongScript.read(descriptor, path) { return long }
        return SourceText(name: path, bytes: try await bytes(of: descriptor, path))
    }

    /// Reads a whole file, which must be a regular one, because reading that never waits for anybody.
    static func readRegular(_ path: String) throws(Failure) -> SourceText {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        let type = status.st_mode & S_IFMT
        guard type == S_IFREG || type == S_IFDIR else { throw failure(path, "Not a regular file") }
        if let long = try LongScript.read(descriptor, path) { return long }
        var bytes = room(for: status)
        while try append(to: &bytes, from: descriptor, path) {}
        return SourceText(name: path, bytes: bytes)
    }

    private nonisolated(nonsending) static func bytes(
        of descriptor: Int32, _ path: String
    ) async throws(Failure) -> [UInt8] {
        var status = stat()
        var bytes = fstat(descriptor, &status) == 0 ? room(for: status) : []
        while true {
            guard await EventLoop.shared.wait(for: descriptor, .read) == .ready else {
                throw Failure("interrupted", status: .interrupted)
            }
            guard try append(to: &bytes, from: descriptor, path) else { return bytes }
        }
    }

    /// Room for what a regular file has, so that a long one is not copied as it grows; none for what has no size.
    private static func room(for status: stat) -> [UInt8] {
        var bytes: [UInt8] = []
        if status.st_mode & S_IFMT == S_IFREG { bytes.reserveCapacity(min(Int(status.st_size), longest)) }
        return bytes
    }

    /// Reads one part.
    ///
    /// - Returns: whether there may be more to read.
    private static func append(
        to bytes: inout [UInt8], from descriptor: Int32, _ path: String
    ) throws(Failure) -> Bool {
        let (count, hasNUL) = withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 1) { buffer in
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0, let start = buffer.baseAddress else { return (count, false) }
            bytes += buffer[..<count]
            return (count, memchr(start, 0, count) != nil)
        }
        if count < 0, errno == EINTR || errno == EAGAIN { return true }
        guard count >= 0 else { throw failure(path) }
        guard bytes.count <= longest else { throw failure(path, "longer than 1 GiB") }
        // Reading ends at a NUL: text has none, and a device may send them forever.
        return count > 0 && !hasNUL
    }

    private static func failure(_ path: String, _ cause: String = Errno.current.description) -> Failure {
        Failure("\(path): \(cause)", status: .usage)
    }
}
