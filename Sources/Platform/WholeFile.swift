import Glibc
package import SystemPackage

/// A file that is there as it was before or as it is meant to be, and never half written.
package enum WholeFile {
    /// Writes the content to a file beside, which then takes the name.
    ///
    /// - Parameters:
    ///   - isNew: whether a file that is there stays as it is, which fails with `EEXIST` then.
    ///   - prepare: sets who may do what with the file, before anything is written to it. Where it returns false, `errno`
    ///     says why.
    package static func write(
        _ content: [UInt8], to path: String, isNew: Bool, prepare: (CInt) -> Bool
    ) throws(Errno) {
        // mkstemp(3) puts a name that is free in the place of the six letters, and lets nobody else read the file.
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .current }
        let temporary = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(descriptor)
            unlink(temporary)
        }
        guard prepare(descriptor) else { throw .current }
        do throws(IncompleteWrite) {
            try FileDescriptor(rawValue: descriptor).writeWhole(content)
        } catch {
            throw error.cause
        }
        // link(2) refuses a name that is taken, rename(2) replaces it: both at one instant.
        guard fsync(descriptor) == 0, (isNew ? link(temporary, path) : rename(temporary, path)) == 0 else {
            throw .current
        }
    }
}
