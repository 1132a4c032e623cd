import Glibc
import Platform

/// By which methods a password may be sent to a server that is not known to deserve it.
///
/// The user says so by libpq's `require_auth`, or PGREQUIREAUTH; where neither is given, neither in clear nor as md5.
/// libpq keeps to it from version 16 on. For an older one it is done here: see ``GuardedAttempt``.
package struct PasswordRule: Sendable, Equatable {
    /// What libpq is told.
    let requirement: String
    /// Whether the password may be sent as it is.
    package let allowsClear: Bool
    /// Whether it may be sent as an md5 hash, of which the server's own file would do for a login.
    package let allowsMD5: Bool

    /// - Parameter requirement: a list of methods, or of those that are not allowed, each with a `!` in front
    ///   (libpq, "require_auth").
    package init(_ requirement: String?) {
        let words = (requirement ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        self.requirement = words.isEmpty ? "!password,!md5" : words.joined(separator: ",")
        func allows(_ method: String) -> Bool {
            guard let first = words.first else { return false }
            return first.hasPrefix("!") ? !words.contains("!" + method) : words.contains(method)
        }
        allowsClear = allows("password")
        allowsMD5 = allows("md5")
    }

    var allowsAll: Bool { allowsClear && allowsMD5 }

    /// Why a server that asks by a method of the protocol (AuthenticationRequest in "Message Formats") gets no password.
    func refusal(ofRequest code: Int32) -> String? {
        switch code {
        case 3 where !allowsClear: "the server asks for the password in clear, so that it gets none"
        case 5 where !allowsMD5: "the server asks for the password as md5, so that it gets none"
        default: nil
        }
    }

    /// What is said where libpq does not tell which of the two it is.
    static let unknownRefusal =
        "the server does not ask for the password by SCRAM with channel binding, so that it gets none"
}

extension ConnectionParameters {
    /// Whether libpq would find a password for these parameters, as far as can be told without reading files.
    var mayHavePassword: Bool {
        if self["password"]?.isEmpty == false || Environment[nonEmpty: "PGPASSWORD"] != nil { return true }
        if self["service"] != nil || Environment[nonEmpty: "PGSERVICE"] != nil { return true }
        let home = Environment["HOME"] ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) }
        let file = self["passfile"] ?? Environment[nonEmpty: "PGPASSFILE"] ?? home.map { $0 + "/.pgpass" }
        return file.map { access($0, R_OK) == 0 } ?? false
    }
}
