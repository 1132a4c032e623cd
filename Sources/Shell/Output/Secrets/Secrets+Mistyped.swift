/// Passwords behind a word that is none of SQL's: PASWORD 'x', PASSWD 'x', IDENTIFIED BY 'x'. The server refuses them, and who
/// typed them has typed the password all the same.
extension Secrets {
    /// How far behind the beginning of a statement its end is looked for.
    private static let longestStatement = 10_000

    /// Where passwords begin in statements about roles, and in the options of user mappings and servers.
    static func placesOfMistyped(_ lowered: String) -> [String.Index] {
        var places: [String.Index] = []
        for verb in lowered.ranges(of: "create") + lowered.ranges(of: "alter") {
            guard let noun = lowered[verb.upperBound...].wordOfSQL, ["role", "user", "group"].contains(noun) else {
                continue
            }
            // Within a string another one begins with two quotes, and a single one ends the statement.
            let isInString = !lowered[..<verb.lowerBound].utf8.count { $0 == UInt8(ascii: "'") }.isMultiple(of: 2)
            let isMapping = lowered[noun.endIndex...].wordOfSQL == "mapping"
            if let place = place(in: lowered[noun.endIndex...], isInString: isInString, isOfRole: !isMapping) {
                places.append(place)
            }
        }
        for options in lowered.ranges(of: "options") {
            if let place = place(in: lowered[options.upperBound...], isInString: false, isOfRole: false) {
                places.append(place)
            }
        }
        return places
    }

    /// - Parameter isOfRole: whether every string is a password that is neither a time nor the value of a setting.
    private static func place(in statement: Substring, isInString: Bool, isOfRole: Bool) -> String.Index? {
        var rest = statement.prefix(longestStatement)
        var before: Substring = ""
        // The first word is the name of the role.
        var count = 0
        while let next = rest.first, next != ";" {
            if next.isWhitespace || next == "(" || next == "," {
                rest = rest.dropFirst()
            } else if next == "'" {
                if isInString, !rest.hasPrefix("''") { return nil }
                let usual: Set<Substring> = ["until", "to", "=", "default", "using", "type"]
                if isOfRole ? !usual.contains(before) : isLikely(before) { return rest.startIndex }
                rest = rest.dropFirst(isInString ? 2 : 1).drop { $0 != "'" }.dropFirst(isInString ? 2 : 1)
            } else if next == "\"" {
                let name = rest.dropFirst().prefix { $0 != "\"" }
                // An option's name may be quoted; that of a role says nothing.
                before = isOfRole ? "" : name
                rest = rest[name.endIndex...].dropFirst()
                count += 1
            } else if next == ":" {
                // :'name' stands for a variable's value.
                rest = rest.dropFirst().drop { $0 == "'" }
                rest = rest.drop { $0.isLetter || $0.isNumber || $0 == "_" }.drop { $0 == "'" }
                before = ""
            } else {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                guard !word.isEmpty else {
                    before = rest.prefix(1)
                    rest = rest.dropFirst()
                    continue
                }
                let value = rest[word.endIndex...]
                // The letter of E'…', N'…' and U&'…' is none of the words.
                if value.first == "'" || value.hasPrefix("&'"), ["e", "n", "u"].contains(word) {
                    rest = value.drop { $0 == "&" }
                    continue
                }
                // The user may have forgotten the quotes, too.
                if isOfRole, count > 1, isLikely(before), word != "null" { return rest.startIndex }
                (before, rest) = (word, value)
                count += 1
            }
        }
        return nil
    }

    private static func isLikely(_ word: Substring) -> Bool { SecretName.isLikely(word) }
}

extension Substring {
    /// The word of SQL that it begins with, behind blanks.
    fileprivate var wordOfSQL: Substring? {
        let rest = drop { $0.isWhitespace }
        guard rest.startIndex > startIndex else { return nil }
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        return word.isEmpty ? nil : word
    }
}
