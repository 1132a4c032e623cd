import Glibc

/// What a file must be so that only the user, or root, can have written it, or can read it.
package struct FileTrust: Sendable {
    private let forbidden: mode_t
    private let what: String

    /// For what is carried out as if the user had typed it.
    package static let commands = FileTrust(forbidden: S_IWGRP | S_IWOTH, what: "others can write commands into it")
    /// For what only the user is to know, and nobody else is to choose.
    package static let secret = FileTrust(
        forbidden: S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH, what: "others can read or write what is secret in it")

    /// Why a file is not used, and what makes it usable.
    package struct Refusal: Error, Sendable, Equatable {
        package let message: String
        package let remedy: String
    }

    /// Looks at an open file, so that it can't be another one by the time it is read. A terminal or another device is
    /// taken as it is.
    package func check(_ descriptor: Int32, _ path: String) throws(Refusal) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        try check(path, owner: status.st_uid, mode: status.st_mode, user: geteuid())
    }

    func check(_ path: String, owner: uid_t, mode: mode_t, user: uid_t) throws(Refusal) {
        guard [S_IFREG, S_IFIFO].contains(mode & S_IFMT) else { return }
        guard owner == user || owner == 0 else {
            let name = getpwuid(owner).map { String(cString: $0.pointee.pw_name) } ?? String(owner)
            throw Refusal(
                message: "\(path) is not used: it belongs to \(name), and not to you or root",
                remedy: "with a copy of your own: install -m 600 \(Self.word(path)) FILE")
        }
        guard mode & forbidden != 0 else { return }
        let digits = String(mode & 0o777, radix: 8)
        let shown = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        throw Refusal(message: "\(path) is not used: \(what) (mode \(shown))", remedy: "chmod 600 \(Self.word(path))")
    }

    /// As a shell takes it for one word.
    private static func word(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-".utf8.contains(byte)
            }
        }
        return isPlain ? path : "'\(path.replacing("'", with: #"'\''"#))'"
    }
}
