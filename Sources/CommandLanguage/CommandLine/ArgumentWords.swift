/// One command given as words, as a shell passes its arguments.
///
/// Each word is taken as if it were quoted: nothing in it is replaced. Several words of SQL are joined by spaces.
package struct ArgumentWords {
    /// What errors call the command line.
    package static let sourceName = "<arguments>"

    private let source: SourceText
    private let spans: [Span]
    private let words: [String]

    package init(_ words: [String]) {
        self.words = words
        var bytes: [UInt8] = []
        var spans: [Span] = []
        for (index, word) in words.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: " ")) }
            let start = bytes.count
            bytes += Array(word.utf8)
            spans.append(Span(start, bytes.count))
        }
        source = SourceText(name: Self.sourceName, bytes: bytes)
        self.spans = spans
    }

    package func parse(table: CommandTable) -> Parser.Step {
        guard !words.isEmpty else { return .end }
        if let fault = TextFault(in: source, from: 0, isFinal: true) { return .failure([fault.diagnostic]) }
        if let bareSQL = table.bareSQL, Scanner(source).isAtBareSQL(table) {
            return parseText(from: 0, with: bareSQL.command, table: table)
        }
        let (place, index) = name(in: words, table)
        let help = index > 0 && index < words.count && words[index] == "--help" ? table.help : nil
        guard let syntax = table.syntax(at: place) ?? help else {
            return .failure([unknown(place, at: index, table)])
        }
        return parseText(from: index, with: syntax, table: table)
    }

    /// The place of the last word, which is being written and may be empty.
    package func cursorPlace(table: CommandTable) -> CursorPlace {
        guard let last = words.last, let span = spans.last else { return CursorPlace(.nothing) }
        let before = words.dropLast()
        let word = PartialWord(argument: last, at: span.start)
        if !before.isEmpty, Scanner(source).isAtBareSQL(table) {
            return CursorPlace(CursorPlace.Subject(.sql(0), in: source))
        }
        let (place, index) = name(in: before, table)
        let words = index == before.count ? table.expected(word, behind: place, areArguments: true) : []
        guard let syntax = table.syntax(at: place) else { return CursorPlace(.word(word), expected: words) }
        let (binder, textIndex) = bind(before, from: index, to: syntax, table)
        let isText = binder.expectsText && !last.isEmpty && (!word.belongsToOption || binder.hasEndedOptions)
        if let start = textIndex ?? (isText ? before.count : nil) {
            return CursorPlace(CursorPlace.Subject(.sql(spans[start].start), in: source))
        }
        return CursorPlace(
            .word(word), expected: words + binder.expected(word, areArguments: true), given: binder.given)
    }

    /// Where the first words lead that name a command, and how many they are.
    private func name(in words: some Collection<String>, _ table: CommandTable) -> (CommandTree.Place, count: Int) {
        var place = 0
        var count = 0
        for span in spans.prefix(words.count) {
            guard let next = table.place(behind: place, at: span, in: source.bytes),
                table.control(at: next)?.hasBlock != true
            else { break }
            place = next
            count += 1
        }
        return (place, count)
    }

    private func unknown(_ place: CommandTree.Place, at index: Int, _ table: CommandTable) -> Diagnostic {
        let groupSpan = index == 0 ? Span(0, 0) : spans[0].union(spans[index - 1])
        guard index < words.count else {
            return UnknownCommand(place: place, groupSpan: groupSpan, word: nil, table: table).diagnostic(in: source)
        }
        let first = words[index].split(separator: " ").first.map(String.init) ?? ""
        if table.words(behind: place).contains(first) {
            return Diagnostic(
                "unknown command '\(source.citation(spans[index]))'", at: spans[index], in: source,
                help: "each argument is one word; -c takes a whole command")
        }
        let word = Word(plain: spans[index], quoted: true)
        return UnknownCommand(place: place, groupSpan: groupSpan, word: word, table: table).diagnostic(in: source)
    }

    private func parseText(from start: Int, with syntax: CommandSyntax, table: CommandTable) -> Parser.Step {
        var (binder, textIndex) = bind(words, from: start, to: syntax, table)
        if let textIndex { return text(from: textIndex, binder) }
        guard let invocation = binder.finish(end: source.bytes.count, text: nil) else {
            return .failure(binder.diagnostics)
        }
        do throws(Diagnostic) {
            return .statement(try Statement(control: invocation, areArguments: true))
        } catch {
            return .failure([error])
        }
    }

    /// Gives a binder the words from an index on.
    ///
    /// - Returns: the binder, and the index of the word with which SQL begins.
    private func bind(
        _ words: some Collection<String>, from start: Int, to syntax: CommandSyntax, _ table: CommandTable
    ) -> (Binder, textIndex: Int?) {
        let nameSpan = start == 0 ? Span(0, 0) : spans[0].union(spans[start - 1])
        var binder = Binder(syntax, nameSpan: nameSpan, source: source, table: table)
        for index in start..<max(start, words.count) {
            let isOption = self.words[index].utf8.starts(with: "--".utf8) && !binder.hasEndedOptions
            if binder.expectsText, !isOption { return (binder, index) }
            binder.accept(word(at: index, isOption: isOption))
        }
        return (binder, nil)
    }

    private func text(from index: Int, _ binder: Binder) -> Parser.Step {
        var binder = binder
        // Over lines: the arguments are the whole of it, so a line end in them is data; a ; may end it, and nothing follows.
        var scanner = Scanner(source, at: spans[index].start)
        do throws(ScanFailure) {
            let text = try scanner.wholeSQL()
            if let invocation = binder.finish(end: source.bytes.count, text: text) {
                return .statement(.command(invocation))
            }
            return .failure(binder.diagnostics)
        } catch {
            switch error {
            case .malformed(let diagnostics): return .failure(binder.diagnostics + diagnostics)
            case .incomplete, .stopped: return .end
            }
        }
    }

    private func word(at index: Int, isOption: Bool) -> Word {
        let text = words[index]
        guard isOption else { return Word(plain: spans[index], quoted: true) }
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            return Word(plain: spans[index])
        }
        let nameLength = text.utf8.distance(from: text.utf8.startIndex, to: equals)
        return Word(argument: spans[index], bareLength: nameLength + 1)
    }
}

extension Scanner {
    /// SQL to the end of the source, of which only one statement may be there.
    mutating func wholeSQL() throws(ScanFailure) -> SQLText {
        // As in a script, a statement begins with its first byte that is no blank.
        try skipBlanks()
        let text = try sql(overLines: true)
        while let byte = peek(), byte == UInt8(ascii: ";") || byte <= 0x20 { position += 1 }
        guard isAtEnd else {
            throw failure("one statement at a time", Span(position, bytes.count), help: "use -c once for each")
        }
        return text
    }
}
