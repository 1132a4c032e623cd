import MultiNode
import Rendering

/// Finds what must not be shown or stored.
package enum Secrets {
    /// Whether a conninfo string or URI holds a password.
    package static func areIn(conninfo text: String) -> Bool { !places(inConninfo: outline(text)).isEmpty }

    /// Whether a line of commands must not get into the history.
    package static func areIn(line: String) -> Bool {
        let lowered = outline(line)
        return line.contains("--secret") || !places(inConninfo: lowered).isEmpty || !places(inSQL: lowered).isEmpty
            || hasPasswordOption(lowered)
    }

    /// Whether there is an option that gives a password in clear. tscl has no such option, but a user who types one has
    /// typed the password too.
    private static func hasPasswordOption(_ lowered: String) -> Bool {
        let known = ["password-prompt", "password-env", "password-file", "password-stdin"]
        return lowered.ranges(of: "--p").contains { start in
            let name = lowered[start.upperBound...].prefix { $0.isLetter || $0 == "-" }
            guard !known.contains("p" + name) else { return false }
            return ["as", "w", "sw"].contains { name.hasPrefix($0) }
        }
    }

    /// SQL that a user wrote, or a message that may quote what a user wrote, in a form that may be shown: without its
    /// first password and all that follows.
    package static func hiding(inSQL sql: String) -> String {
        guard mayBeIn(sql) else { return sql }
        let lowered = outline(sql)
        let places = places(inConninfo: lowered) + places(inSQL: lowered)
        guard let first = places.filter({ !isHidden(lowered[$0...]) }).min() else { return sql }
        let shown = sql.unicodeScalars.prefix(lowered.unicodeScalars.distance(from: lowered.startIndex, to: first))
        return String(shown) + SQL.mask
    }

    /// The places where passwords begin in what may hold a conninfo string or URI, in the form of `outline`.
    private static func places(inConninfo lowered: String) -> [String.Index] {
        let schemes = ["postgres:/", "postgresql:/"]
        // Taken for the path of a file, a URI loses one of its slashes.
        let paths = schemes.flatMap { lowered.ranges(of: $0) }.map(\.upperBound).filter { lowered[$0...].first != "/" }
        let uris = (lowered.ranges(of: "://").map(\.upperBound) + paths).filter { start in
            // In scheme://user:password@host, libpq takes everything up to the @ as the user and the password.
            let isPostgres = schemes.contains {
                lowered[..<start].hasSuffix($0) || lowered[..<start].hasSuffix($0 + "/")
            }
            let authority = lowered[start...].prefix { $0 != "/" && (isPostgres || $0 != "?" && !$0.isWhitespace) }
            return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
        }
        return uris + lowered.placesBehindPassword { $0.first == "=" }
    }

    /// The same for SQL, which sets a password by `PASSWORD '…'` or `OPTIONS (password '…')`, with a string in any of
    /// its forms (PostgreSQL manual, 4.1.2).
    private static func places(inSQL lowered: String) -> [String.Index] {
        lowered.placesBehindPassword { rest in
            // The name of an option may be quoted.
            let value = rest.first == "\"" ? rest.dropFirst().drop { $0.isWhitespace } : rest
            if ["'", "e'", "n'", "u&'"].contains(where: { value.hasPrefix($0) }) { return true }
            let tag = value.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if value.first == "$" && value[tag.endIndex...].first == "$" { return true }
            // The user may have forgotten the quotes.
            let word = value.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return !word.isEmpty && word != "null" && isOfRole(lowered[..<value.startIndex])
        }
    }

    /// Whether the text ends within a statement that may set the password of a role.
    private static func isOfRole(_ beginning: Substring) -> Bool {
        let words = beginning[(beginning.lastIndex(of: ";") ?? beginning.startIndex)...].split { !$0.isLetter }
        return zip(words, words.dropFirst()).contains { first, second in
            ["create", "alter"].contains(first) && ["role", "user", "group"].contains(second)
        }
    }

    /// Whether the value is already hidden, such as that of a secret variable.
    private static func isHidden(_ value: Substring) -> Bool {
        let text = value.drop { $0 == "=" || $0 == "'" || $0.isWhitespace }
        return text.hasPrefix(SQL.mask) && ["'", " ", nil].contains(text.dropFirst(SQL.mask.count).first)
    }

    /// A quick test for the word "password", or for the `:/` of a URI, anywhere in the text.
    private static func mayBeIn(_ text: String) -> Bool {
        var last: UInt64 = 0
        for byte in text.utf8 {
            // This gives letters in lower case, and does not change ':' and '/'.
            last = last &<< 8 | UInt64(byte | 0x20)
            if last == 0x7061_7373_776F_7264 || last & 0xFFFF == 0x3A2F { return true }
        }
        return false
    }

    /// The text in lower case, with a letter in place of each character beyond ASCII, because a combining mark would
    /// merge with a quote before it.
    private static func outline(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "x" })).lowercased()
    }

    /// The forms of secrets in messages and plans, longest first so that no secret is hidden only in part: plain,
    /// quoted for SQL, quoted twice (in a statement that is an argument itself), in double quotes of tscl's own
    /// language, and printable.
    ///
    /// - Parameter least: how many bytes a secret has that is looked for. A shorter one is in too many texts by chance,
    ///   and a text in which it is masked tells what it is: `role ******** altered`.
    static func forms(of secrets: [String], ofAtLeast least: Int = 4) -> [String] {
        let plain = secrets.filter { !$0.isEmpty && $0.utf8.count >= least }
        let quoted = plain.flatMap { [inside(Quoting.literal($0)), inside(Quoting.identifier($0))] }
        let nested = quoted.map { inside(Quoting.literal($0)) }
        let words = plain.map { secret in
            String(secret.flatMap { ["\\", "\"", "$"].contains($0) ? ["\\", $0] : [$0] })
        }
        let all = plain + quoted + nested + words
        return Set(all + all.map { printable($0) }).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// A text with secrets masked, wherever they stand.
    ///
    /// A short one is not taken out of the middle of a longer word: that word is another text, and would tell what was
    /// taken out of it, as a role pwf does of a password pw.
    ///
    /// - Parameter forms: those of the secrets, longest first.
    static func masking(_ forms: [String], in text: String) -> String {
        guard !forms.isEmpty else { return text }
        // Compares bytes, because a combining mark after a secret changes its last Character, which would not match.
        return String(decoding: forms.reduce(Array(text.utf8)) { masking(Array($1.utf8), in: $0) }, as: UTF8.self)
    }

    private static func masking(_ secret: [UInt8], in text: [UInt8]) -> [UInt8] {
        var masked: [UInt8] = []
        var start = 0
        while let found = text[start...].firstRange(of: secret) {
            let isAlone = !isPartOfWord(found, of: text)
            if secret.count >= longEnough || isAlone {
                masked += text[start..<found.lowerBound] + SQL.mask.utf8
                start = found.upperBound
            } else {
                masked += text[start...found.lowerBound]
                start = found.lowerBound + 1
            }
        }
        return start == 0 ? text : masked + text[start...]
    }

    /// How many bytes of a secret are in no other word by chance.
    private static let longEnough = 8

    /// Whether a word goes on beyond one of the ends of a place.
    private static func isPartOfWord(_ place: Range<Int>, of text: [UInt8]) -> Bool {
        func goesOn(_ end: Int) -> Bool {
            end > 0 && end < text.count && isOfWord(text[end - 1]) && isOfWord(text[end])
        }
        return goesOn(place.lowerBound) || goesOn(place.upperBound)
    }

    /// Beyond ASCII it may be a mark of the character before it, so that nothing is said of a word.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The text between the quotes.
    private static func inside(_ quoted: String) -> String {
        let scalars = quoted.unicodeScalars.drop { $0 != "'" && $0 != "\"" }
        return String(String.UnicodeScalarView(scalars.dropFirst().dropLast()))
    }
}

extension String {
    /// The places after the word "password", and any blanks, where a value begins.
    fileprivate func placesBehindPassword(where isValue: (Substring) -> Bool) -> [String.Index] {
        ranges(of: "password").compactMap { word in
            let rest = self[word.upperBound...].drop { $0.isWhitespace }
            return isValue(rest) ? rest.startIndex : nil
        }
    }
}
