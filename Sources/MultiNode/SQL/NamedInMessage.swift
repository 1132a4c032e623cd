extension String {
    /// Whether a server's message has a name in it as a whole. Around it each language has quotes of its own.
    package func names(_ name: String) -> Bool {
        var rest = self[...]
        while let found = rest.firstRange(of: name), !found.isEmpty {
            let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
            let after = found.upperBound == endIndex ? nil : self[found.upperBound]
            if !Self.isOfName(before), !Self.isOfName(after) { return true }
            rest = self[index(after: found.lowerBound)...]
        }
        return false
    }

    private static func isOfName(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber || "_.-$".contains($0) } ?? false
    }
}
