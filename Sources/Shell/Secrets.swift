import MultiNode
import Rendering

/// Tells what must not be shown or stored.
package enum Secrets {
    /// Whether a conninfo string or URI holds a password.
    package static func areIn(conninfo text: String) -> Bool {
        let lowered = outline(text)
        return lowered.hasPassword { $0.first == "=" }
            || lowered.ranges(of: "://").contains { scheme in
                // scheme://user:password@host
                let authority = lowered[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && !$0.isWhitespace }
                return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
            }
    }

    /// Whether a line of commands must not get into the history. SQL sets a password by `PASSWORD '…'`, or by
    /// `OPTIONS (password '…')`, with a string in any of its forms (PostgreSQL's manual, 4.1.2).
    package static func areIn(line: String) -> Bool {
        if areIn(conninfo: line) || line.contains("--secret") { return true }
        return outline(line).hasPassword { rest in
            // The name of an option may be quoted.
            let value = rest.first == "\"" ? rest.dropFirst().drop { $0.isWhitespace } : rest
            if ["'", "e'", "n'", "u&'"].contains(where: { value.hasPrefix($0) }) { return true }
            let tag = value.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return value.first == "$" && value[tag.endIndex...].first == "$"
        }
    }

    /// The text in lower case, with letters alone beyond ASCII: a combining mark would make another character of the
    /// quote that it stands behind.
    private static func outline(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "x" })).lowercased()
    }

    /// The forms in which secrets can stand in a message or a plan, those that hold others first: as they are, quoted
    /// for SQL, quoted again as a part of a statement that is an argument itself, and printable.
    static func forms(of secrets: [String]) -> [String] {
        let plain = secrets.filter { !$0.isEmpty }
        let quoted = plain.flatMap { [inside(Quoting.literal($0)), inside(Quoting.identifier($0))] }
        let nested = quoted.map { inside(Quoting.literal($0)) }
        let all = plain + quoted + nested
        return Set(all + all.map { printable($0) }).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// What stands between the quotes.
    private static func inside(_ quoted: String) -> String {
        let scalars = quoted.unicodeScalars.drop { $0 != "'" && $0 != "\"" }
        return String(String.UnicodeScalarView(scalars.dropFirst().dropLast()))
    }
}

extension String {
    /// Whether the word stands in front of something, blanks between them or none.
    fileprivate func hasPassword(before isValue: (Substring) -> Bool) -> Bool {
        ranges(of: "password").contains { word in
            isValue(self[word.upperBound...].drop { $0.isWhitespace })
        }
    }
}
