extension Secrets {
    /// How far around a word its meaning is looked for: in a script of a million lines that takes long for each.
    private static let reach = 1000

    /// The places where passwords begin in what may hold a conninfo string or URI, in the form of `outline`.
    static func places(inConninfo lowered: String) -> [String.Index] {
        guard mayBeIn(lowered) else { return [] }
        return places(inURIs: lowered) + lowered.placesBehindPassword { $0.first == "=" }
    }

    /// Where the user and password of a URI begin, also of one that can't be read.
    private static func places(inURIs lowered: String) -> [String.Index] {
        let others = lowered.ranges(of: "://").map(\.upperBound).filter { start in
            let authority = lowered[start...].prefix(reach).prefix { $0 != "/" && $0 != "?" && !$0.isWhitespace }
            return authority.lastIndex(of: "@").map { authority[..<$0].contains(":") } ?? false
        }
        // Taken for the path of a file, a URI loses one of its slashes; typed by hand, it may have others too few.
        let own = ["postgres", "postgresql"].flatMap { lowered.ranges(of: $0) }.compactMap { scheme -> String.Index? in
            let rest = lowered[scheme.upperBound...].prefix(reach)
            let start = rest.drop { $0 == ":" || $0 == "/" }.startIndex
            let isURI = rest[..<start].contains("/") || rest[..<start] == ":" && rest[start...].contains("@")
            return isURI && holdsPassword(rest[start...]) ? start : nil
        }
        return Set(others + own).sorted()
    }

    /// Whether a password stands behind `postgresql://`.
    ///
    /// libpq takes everything up to the first @ as the user and the password; who forgot to write `%40` for one in the
    /// password, or `%2F` for a slash, or the @ behind it, has typed a password all the same.
    private static func holdsPassword(_ rest: Substring) -> Bool {
        func isBehindColon(_ text: Substring) -> Bool {
            text.lastIndex(of: "@").map { text[..<$0].contains(":") } ?? false
        }
        if isBehindColon(rest.prefix { $0 != "/" }) { return true }
        let word = rest.prefix { !$0.isWhitespace && $0 != "'" && $0 != "\"" && $0 != "?" }
        if isBehindColon(word) { return true }
        return word.prefix { $0 != "/" }.split(separator: ",").contains { place in
            guard !place.hasPrefix("["), let colon = place.lastIndex(of: ":") else { return false }
            return !place[colon...].dropFirst().allSatisfy(\.isNumber)
        }
    }

    /// The places where passwords begin in SQL, which sets one by `PASSWORD '…'` or `OPTIONS (password '…')`, with a
    /// string in any of its forms (PostgreSQL manual, 4.1.2), or gives one to a function such as `crypt('…')`.
    static func places(inSQL lowered: String) -> [String.Index] {
        guard mayBeIn(lowered) else { return [] }
        let assigned = lowered.placesBehindPassword { rest in
            // The name of an option may be quoted.
            let value = rest.first == "\"" ? rest.dropFirst().withoutBlanksOfSQL : rest
            if beginsString(value) || value.hasPrefix(":=") { return true }
            if rest.first == "\"", value.first == ":" { return true }
            if value.hasPrefix("to"), beginsString(value.dropFirst(2).withoutBlanksOfSQL) { return true }
            // The user may have forgotten the quotes.
            let word = value.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return !word.isEmpty && word != "null" && isOfRole(lowered[..<value.startIndex])
        }
        return assigned + placesInCalls(lowered) + placesOfMistyped(lowered)
    }

    /// Whether SQL begins with SET: a test for each statement, so that it is quick.
    static func beginsSetting(_ sql: String) -> Bool {
        sql.utf8.drop { $0 <= UInt8(ascii: " ") }.prefix(4).elementsEqual("set ".utf8) { $0 | 0x20 == $1 | 0x20 }
    }

    /// Where the value begins of a setting whose name says that it is secret: `SET app.secret_key = '…'`.
    static func place(inSetting lowered: String) -> String.Index? {
        var rest = lowered.drop(while: \.isWhitespace).dropFirst("set".count).drop(while: \.isWhitespace)
        for scope in ["local", "session"] where rest.hasPrefix(scope + " ") {
            rest = rest.dropFirst(scope.count).drop(while: \.isWhitespace)
        }
        let name = rest.prefix { !$0.isWhitespace && $0 != "=" }
        guard SecretName.isLikely(name) else { return nil }
        rest = rest[name.endIndex...].drop(while: \.isWhitespace)
        guard rest.first == "=" || rest.hasPrefix("to ") else { return nil }
        return rest.dropFirst(rest.first == "=" ? 1 : 2).drop(while: \.isWhitespace).startIndex
    }

    /// Whether a string constant begins here.
    private static func beginsString(_ text: Substring) -> Bool {
        if ["'", "e'", "n'", "u&'"].contains(where: { text.hasPrefix($0) }) { return true }
        guard text.first == "$" else { return false }
        let rest = text.dropFirst()
        let tag = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return rest[tag.endIndex...].first == "$"
    }

    /// The first string among the arguments of each function that takes a password: those of pgcrypto, and others with
    /// such a name.
    private static func placesInCalls(_ lowered: String) -> [String.Index] {
        (lowered.ranges(of: "crypt") + lowered.ranges(of: "hmac")).compactMap { word in
            let call = lowered[word.upperBound...].drop { $0.isLetter || $0 == "_" }.drop { $0.isWhitespace }
            guard call.first == "(" else { return nil }
            var depth = 0
            var rest = call.prefix(reach)
            while let next = rest.first {
                switch next {
                case "(": depth += 1
                case ")": depth -= 1
                case ":" where rest.dropFirst().first == "'":
                    // :'name' stands for a variable's value.
                    rest = rest.dropFirst(2).drop { $0 != "'" }
                case "'",
                    "$" where beginsString(rest):
                    return rest.startIndex
                default: break
                }
                if depth == 0 { return nil }
                rest = rest.dropFirst()
            }
            return nil
        }
    }

    /// Whether the text ends within a statement that may set the password of a role.
    private static func isOfRole(_ beginning: Substring) -> Bool {
        let beginning = beginning.suffix(reach)
        let words = beginning[(beginning.lastIndex(of: ";") ?? beginning.startIndex)...].split { !$0.isLetter }
        return zip(words, words.dropFirst()).contains { first, second in
            ["create", "alter"].contains(first) && ["role", "user", "group"].contains(second)
        }
    }
}

extension String {
    /// The places after the word "password", and any blanks, where a value begins.
    fileprivate func placesBehindPassword(where isValue: (Substring) -> Bool) -> [String.Index] {
        ranges(of: "password").compactMap { word in
            let rest = self[word.upperBound...].withoutBlanksOfSQL
            return isValue(rest) ? rest.startIndex : nil
        }
    }
}

extension Substring {
    /// Without the blanks and comments of SQL at its beginning, and without parentheses, in which a string is an error that
    /// shows it.
    fileprivate var withoutBlanksOfSQL: Substring {
        var rest = self
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "(" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*") {
                guard let end = rest.firstRange(of: "*/") else { return rest }
                rest = rest[end.upperBound...]
            } else {
                return rest
            }
        }
    }
}
