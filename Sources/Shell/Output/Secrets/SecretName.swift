import CommandLanguage

/// The names under which people keep what nobody else may know.
enum SecretName {
    /// Whether a variable or an option is called as what is to be hidden usually is, or as somebody who mistyped that
    /// would call it.
    ///
    /// - Parameter name: in lower case.
    static func isLikely(_ name: some StringProtocol) -> Bool {
        let parts = name.split(whereSeparator: { !$0.isLetter }).map { String($0) }
        return contained.contains { name.contains($0) } || name.hasSuffix("pw")
            || parts.contains { whole.contains($0) || isMistyped($0) }
    }

    /// Whether it is the word that a password stands behind in SQL, or in that of other databases, or nearly so.
    ///
    /// - Parameter word: in lower case.
    static func isOfSQL(_ word: some StringProtocol) -> Bool {
        ["passwd", "pass", "pw", "pwd", "identified"].contains { word == $0 }
            || (7...9).contains(word.utf8.count)
                && Suggestion.editDistance(Array(word.utf8), Array("password".utf8)) <= 1
    }

    /// Whether it is such a word and the password: `password=x`.
    static func hasValue(_ word: some StringProtocol) -> Bool {
        let parts = word.split(separator: "=", maxSplits: 1)
        return parts.count == 2 && isOfSQL(parts[0])
    }

    private static let contained = [
        "password", "passwd", "passwort", "passphrase", "secret", "token", "credential", "apikey", "api_key", "api-key",
        "private_key", "access_key", "encryption_key",
    ]
    private static let whole: Set<String> = ["pass", "pas", "pw", "pwd", "psw", "pswd", "pwrd", "paswd"]

    private static func isMistyped(_ part: String) -> Bool {
        ["password", "passphrase", "secret"].contains { word in
            part.count >= word.count - 2 && Suggestion.editDistance(Array(part.utf8), Array(word.utf8)) <= 2
        }
    }
}
