import CommandLanguage

extension Arguments {
    /// - Throws: an error if a name occurs twice in a list of new names.
    func refuseRepetition(_ names: [Argument]) throws(Diagnostic) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name.text).inserted {
            throw problem("\(name.text) is named twice", at: name)
        }
    }
}
