import MultiNode
import Postgres
import Rendering

/// Finds what must not be shown or stored.
package enum Secrets {
    /// Whether a conninfo string or URI holds a password.
    package static func areIn(conninfo text: String) -> Bool { !places(inConninfo: outline(text)).isEmpty }

    /// Whether nobody can tell where the password in a URI ends: libpq would take what is behind the first @ for the host,
    /// and name it when it is not there.
    package static func areInDoubt(in conninfo: String) -> Bool {
        guard ConnectionParameters.isURI(conninfo) else { return false }
        let place = conninfo.prefix { $0 != "?" }
        guard let first = place.firstIndex(of: "@") else { return false }
        return place.lastIndex(of: "@") != first && place[..<first].dropFirst("postgres://".count).contains(":")
    }

    /// What is said of a connection string in place of libpq's words, which quote parts of it.
    package static let unreadable = "the connection string can't be read; it may hold a password"
    package static func unreadableHelp(of conninfo: String) -> String? {
        guard ConnectionParameters.isURI(conninfo) else { return nil }
        return "in the password of a URI, write %40 for @, %2F for /, %3A for :, %3F for ? and %25 for %"
    }

    /// SQL that a user wrote, or a message that may quote what a user wrote, in a form that may be shown: without its
    /// first password and all that follows.
    package static func hiding(inSQL sql: String) -> String {
        let mayBeSetting = beginsSetting(sql)
        guard mayBeSetting || mayBeIn(sql) else { return sql }
        let lowered = outline(sql)
        var places = places(inConninfo: lowered) + places(inSQL: lowered)
        if mayBeSetting, let place = place(inSetting: lowered) { places.append(place) }
        guard let first = places.filter({ !isHidden(lowered[$0...]) }).min() else { return sql }
        let shown = sql.unicodeScalars.prefix(lowered.unicodeScalars.distance(from: lowered.startIndex, to: first))
        return String(shown) + SQL.mask
    }

    /// Whether the value is already hidden, such as that of a secret variable.
    private static func isHidden(_ value: Substring) -> Bool {
        let text = value.drop { $0 == "=" || $0 == "'" || $0.isWhitespace }
        return text.hasPrefix(SQL.mask) && ["'", " ", nil].contains(text.dropFirst(SQL.mask.count).first)
    }

    /// A quick test for "password", for "crypt" and "hmac" in the name of a function, for the "postgres" or the `:/` of
    /// a URI, for what makes or alters a role, and for options, anywhere in the text.
    static func mayBeIn(_ text: String) -> Bool {
        let (password, postgres): (UInt64, UInt64) = (0x7061_7373_776F_7264, 0x706F_7374_6772_6573)
        let (crypt, hmac): (UInt64, UInt64) = (0x63_7279_7074, 0x686D_6163)
        let (create, alter, options): (UInt64, UInt64, UInt64) = (0x6372_6561_7465, 0x61_6C74_6572, 0x6F_7074_696F_6E73)
        let (role, user, group): (UInt64, UInt64, UInt64) = (0x726F_6C65, 0x7573_6572, 0x67_726F_7570)
        var last: UInt64 = 0
        var hasVerb = false
        for byte in text.utf8 {
            // This gives letters in lower case, and does not change ':' and '/'.
            last = last &<< 8 | UInt64(byte | 0x20)
            if last == password || last == postgres || last & 0xFFFF == 0x3A2F { return true }
            if last & 0xFF_FFFF_FFFF == crypt || last & 0xFFFF_FFFF == hmac { return true }
            if last & 0xFF_FFFF_FFFF_FFFF == options { return true }
            if last & 0xFFFF_FFFF_FFFF == create || last & 0xFF_FFFF_FFFF == alter { hasVerb = true }
            if hasVerb {
                let end = last & 0xFFFF_FFFF
                if end == role || end == user || last & 0xFF_FFFF_FFFF == group { return true }
            }
        }
        return false
    }

    /// The text in lower case, with a letter in place of each character beyond ASCII, because a combining mark would
    /// merge with a quote before it.
    static func outline(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "x" })).lowercased()
    }

    /// The forms of secrets in messages and plans: plain, quoted for SQL, quoted twice (in a statement that is an argument
    /// itself), in double quotes of tscl's own language, and printable.
    ///
    /// - Parameter least: how many bytes a secret has that is looked for. A shorter one is in too many texts by chance,
    ///   and a text in which it is masked tells what it is: `role ******** altered`.
    static func forms(of secrets: [String], ofAtLeast least: Int = 4) -> Set<String> {
        let plain = secrets.flatMap { [$0] + pieces(of: $0) }.filter { !$0.isEmpty && $0.utf8.count >= least }
        let quoted = plain.flatMap { [inside(Quoting.literal($0)), inside(Quoting.identifier($0))] }
        let nested = quoted.map { inside(Quoting.literal($0)) }
        let words = plain.map { secret in
            String(secret.flatMap { ["\\", "\"", "$"].contains($0) ? ["\\", $0] : [$0] })
        }
        let all = plain + quoted + nested + words
        return Set(all + all.map { printable($0) })
    }

    /// What may be left of a secret where the whole is not shown: each of its lines, and as much as fits into a name of
    /// PostgreSQL's. A short line is in too many texts by chance.
    private static func pieces(of secret: String) -> [String] {
        let lines = secret.split(whereSeparator: \.isNewline).map(String.init)
        let pieces = lines.count > 1 ? lines.filter { $0.utf8.count >= 4 } : []
        let longestName = 63
        guard secret.utf8.count > longestName else { return pieces }
        return pieces + [String(decoding: secret.utf8.prefix(longestName), as: UTF8.self)]
    }

    /// The text between the quotes.
    private static func inside(_ quoted: String) -> String {
        let scalars = quoted.unicodeScalars.drop { $0 != "'" && $0 != "\"" }
        return String(String.UnicodeScalarView(scalars.dropFirst().dropLast()))
    }
}
