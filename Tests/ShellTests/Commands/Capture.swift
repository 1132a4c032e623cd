import Glibc
import Platform
import SystemPackage

/// A file without a name, in place of the terminal or pipe that output goes to.
final class Capture: Sendable {
    let descriptor: FileDescriptor

    init() throws {
        var path = Array("/tmp/tscl-capture-XXXXXX".utf8CString)
        let raw = mkstemp(&path)
        guard raw >= 0 else { throw Errno.current }
        unlink(path)
        descriptor = FileDescriptor(rawValue: raw)
    }

    deinit { try? descriptor.close() }

    /// What was written since the last call.
    func take() throws -> String {
        try descriptor.seek(offset: 0, from: .start)
        let bytes = try descriptor.readToEnd()
        try descriptor.resize(to: 0)
        try descriptor.seek(offset: 0, from: .start)
        return String(decoding: bytes, as: UTF8.self)
    }
}
