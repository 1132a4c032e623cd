import Glibc

/// The files that a path could go on to.
enum FileNames {
    /// A folder may have more files than anybody completes.
    private static let most = 2000

    /// The paths that begin so, as they would be written; those of folders end in a slash.
    static func beginning(_ path: String) -> [String] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let beginning = slash.map { path[path.index(after: $0)...] } ?? path[...]
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return [] }
        defer { closedir(directory) }
        var paths: [String] = []
        while paths.count < most, let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // As in a shell: what is hidden is offered to who asks for it.
            guard name.hasPrefix(beginning), name != ".", name != "..",
                !name.hasPrefix(".") || beginning.hasPrefix(".")
            else { continue }
            paths.append(folder + name + (isFolder(folder + name, entry.pointee.d_type) ? "/" : ""))
        }
        return paths.sorted()
    }

    private static func isFolder(_ path: String, _ type: UInt8) -> Bool {
        switch Int(type) {
        case Int(DT_DIR): return true
        case Int(DT_LNK), Int(DT_UNKNOWN):
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        default: return false
        }
    }
}
