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
        let file = try UnfinishedFile(path)
        guard prepare(file.descriptor.rawValue) else { throw .current }
        do throws(IncompleteWrite) {
            try file.descriptor.writeWhole(content)
        } catch {
            throw error.cause
        }
        try file.complete(isNew: isNew)
    }
}
