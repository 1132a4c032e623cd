package import CommandLanguage
package import LineEditing

/// What may come next in a text of commands.
package struct Completer {
    private let table: CommandTable
    private let names: CompletionNames

    package init(_ table: CommandTable, names: CompletionNames) {
        self.table = table
        self.names = names
    }

    /// - Parameter cursor: the byte offset up to which the text is looked at.
    package func complete(_ buffer: String, cursor: Int) -> Completion {
        let place = CursorPlace(in: buffer, cursor: cursor, table: table)
        switch place.subject {
        case .nothing:
            return .nothing(at: cursor)
        case .variable(let name, let start):
            return Completion(replacing: start..<cursor, candidates: variables(beginning: name))
        case .sql(let text, let start):
            let rest = String(decoding: Array(buffer.utf8.dropFirst(cursor)), as: UTF8.self)
            return SQLCompleter(names: names).complete(text, before: rest, start: start)
        case .word(let word):
            return complete(word, place, cursor: cursor)
        }
    }

    private func variables(beginning name: String) -> [Completion.Candidate] {
        if name.hasPrefix("env:") {
            return names.environment.map { "env:" + $0 }.filter { $0.hasPrefix(name) }
                .map { Completion.Candidate(insert: $0 + "}", label: $0) }
        }
        let known = names.variables.filter { $0.hasPrefix(name) }
            .map { Completion.Candidate(insert: $0 + "}", label: $0) }
        let environment = Completion.Candidate(insert: "env:", label: "env:")
        return known + ("env:".hasPrefix(name) ? [environment] : [])
    }

    private func complete(_ word: PartialWord, _ place: CursorPlace, cursor: Int) -> Completion {
        let offers = WordOffers(table, names: names, place: place, word: word)
        let matching = matching(offers, word)
        // What all have in common can only be put in when they are quoted alike.
        var quote = word.quote
        let mustBeQuoted = matching.contains { offer in
            !offer.isSyntax
                && (offers.isList ? WrittenWord.needsQuotes(list: offer.text) : WrittenWord.needsQuotes(offer.text))
        }
        if quote == .none, mustBeQuoted { quote = .single }
        return Completion(
            replacing: word.start..<cursor,
            candidates: matching.map { offer in
                let text =
                    offer.isSyntax && word.quote == .none
                    ? offer.text : WrittenWord.write(offer.text, quote, isWhole: offer.isWhole)
                return Completion.Candidate(
                    insert: text + (offer.isWhole ? " " : ""), label: offer.label, summary: offer.summary)
            })
    }

    /// The words that may stand in place of a command line's last, each whole and without quotes.
    ///
    /// - Parameter words: a command as words; the last may be empty.
    func offers(_ words: [String]) -> (words: [WordOffers.Offer], takesFile: Bool) {
        let place = ArgumentWords(words).cursorPlace(table: table)
        guard case .word(let word) = place.subject else { return ([], false) }
        let offers = WordOffers(table, names: names, place: place, word: word)
        let prefix = word.option.map { $0 + "=" } ?? ""
        let endsOptions = words.dropLast().contains("--")
        let whole = matching(offers, word).map { offer in
            var offer = offer
            offer.text = prefix + offer.text
            return offer
        }.filter { offer in
            // A role may be called --yes; as a word of its own it would be the option.
            offer.isSyntax || word.option != nil || endsOptions || !offer.text.hasPrefix("--")
        }
        return (whole, offers.takesFile)
    }

    private func matching(_ offers: WordOffers, _ word: PartialWord) -> [WordOffers.Offer] {
        let offered = offers.isList ? listed(offers, word) : offers.words
        var seen: Set<String> = []
        return offered.filter { $0.text.hasPrefix(word.text) && seen.insert($0.text).inserted }
    }

    /// The names that may stand behind the last comma of a list, with what is before it.
    private func listed(_ offers: WordOffers, _ word: PartialWord) -> [WordOffers.Offer] {
        let parts = word.text.split(separator: ",", omittingEmptySubsequences: false).dropLast().map(String.init)
        guard !parts.isEmpty else { return offers.words }
        let before = parts.joined(separator: ",") + ","
        return offers.words.filter { $0.text != "all" && !parts.contains($0.text) }.map { offer in
            var offer = offer
            offer.text = before + offer.text
            return offer
        }
    }
}
