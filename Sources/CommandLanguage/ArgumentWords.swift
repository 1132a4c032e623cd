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
        for word in words {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            let start = bytes.count
            bytes += Array(word.utf8)
            spans.append(Span(start, bytes.count))
        }
        source = SourceText(name: Self.sourceName, bytes: bytes)
        self.spans = spans
    }

    package func parse(table: CommandTable) -> Parser.Step {
        if let first = words.first, table.isBareSQL(first) || first.contains(" ") && beginsWithSQL(table) {
            return parseText(from: 0, with: table.bareSQL.flatMap { table.command(named: $0.command) }, table: table)
        }
        var name = ""
        var index = 0
        while index < words.count, table.words(after: name).contains(words[index]) {
            name = name.isEmpty ? words[index] : name + " " + words[index]
            index += 1
        }
        guard let syntax = table.command(named: name) else {
            // The same error as in a script; quoting keeps the words what they are.
            var parser = Parser(source, table: table)
            if case .failure(let diagnostics) = parser.next() { return .failure(diagnostics) }
            return .failure([Diagnostic("unknown command \(name)", at: Span(0, source.bytes.count), in: source)])
        }
        return parseText(from: index, with: syntax, table: table)
    }

    private func beginsWithSQL(_ table: CommandTable) -> Bool {
        guard let word = words.first?.split(separator: " ").first else { return false }
        return table.isBareSQL(String(word))
    }

    private func parseText(from start: Int, with syntax: CommandSyntax?, table: CommandTable) -> Parser.Step {
        guard let syntax else { return .end }
        let nameSpan = start == 0 ? Span(0, 0) : spans[0].union(spans[start - 1])
        var binder = Binder(syntax, nameSpan: nameSpan, source: source, table: table)
        for index in start..<words.count {
            let isOption = words[index].hasPrefix("--") && !binder.hasEndedOptions
            if binder.expectsText, !isOption { return text(from: index, binder) }
            if words[index].utf8.contains(0) {
                return .failure([Diagnostic("a NUL byte can't be in a command", at: spans[index], in: source)])
            }
            binder.accept(word(at: index, isOption: isOption))
        }
        if let invocation = binder.finish(end: source.bytes.count, text: nil) {
            return .statement(.command(invocation))
        }
        return .failure(binder.diagnostics)
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
            case .malformed(let diagnostic): return .failure([diagnostic])
            case .incomplete: return .end
            }
        }
    }

    private func word(at index: Int, isOption: Bool) -> Word {
        let text = words[index]
        guard isOption else { return Word(span: spans[index], pieces: [.text(text, quoted: true)]) }
        guard let equals = text.firstIndex(of: "=") else {
            return Word(span: spans[index], pieces: [.text(text, quoted: false)])
        }
        let value = String(text[text.index(after: equals)...])
        return Word(
            span: spans[index], pieces: [.text(String(text[...equals]), quoted: false), .text(value, quoted: true)])
    }
}

extension Scanner {
    /// SQL to the end of the source, of which only one statement may be there.
    mutating func wholeSQL() throws(ScanFailure) -> SQLText {
        let text = try sql(overLines: true)
        while let byte = peek(), byte == UInt8(ascii: ";") || byte <= 0x20 { position += 1 }
        guard isAtEnd else {
            throw failure("one statement at a time", Span(position, bytes.count), help: "use -c once for each")
        }
        return text
    }
}
