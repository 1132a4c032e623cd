/// Where the cursor is in a text of commands, read by the rules that commands are read by: what completion goes by.
package struct CursorPlace: Sendable, Equatable {
    /// What the cursor is in.
    package enum Subject: Sendable, Equatable {
        /// A word of a command, which may have no letter yet.
        case word(PartialWord)
        /// The name of a variable behind `${`; the offset is where the name begins.
        case variable(String, start: Int)
        /// SQL; the offset is where it begins.
        case sql(String, start: Int)
        /// A comment, or what depends on a variable.
        case nothing
    }

    /// The words of the command before the cursor; nil for one that depends on a variable.
    package let words: [String?]
    package let subject: Subject
    /// Whether the `}` of a block stands before the command, on its line.
    package let isBehindBlock: Bool

    /// - Parameter cursor: a byte offset; what is behind it is not looked at.
    package init(in text: String, cursor: Int, table: CommandTable) {
        let source = SourceText(name: "", bytes: Array(text.utf8.prefix(cursor)))
        var reader = CursorReader(source, table)
        subject = reader.subject()
        words = reader.words
        isBehindBlock = reader.isBehindBlock
    }
}

/// Reads commands up to the end of a text that is cut off anywhere.
private struct CursorReader {
    private(set) var words: [String?] = []
    private(set) var isBehindBlock = false
    private var scanner: Scanner
    private let table: CommandTable
    private var depth = 0

    init(_ source: SourceText, _ table: CommandTable) {
        scanner = Scanner(source)
        self.table = table
    }

    mutating func subject() -> CursorPlace.Subject {
        while true {
            words = []
            if let subject = skipBetweenCommands() ?? command() { return subject }
        }
    }

    private mutating func skipBetweenCommands() -> CursorPlace.Subject? {
        isBehindBlock = false
        while let byte = scanner.peek() {
            switch byte {
            case UInt8(ascii: "#"):
                scanner.skipComment()
                if scanner.isAtEnd { return .nothing }
            case UInt8(ascii: "}") where depth > 0:
                depth -= 1
                scanner.isInBlock = depth > 0
                isBehindBlock = true
                scanner.position += 1
            case UInt8(ascii: "\n"), UInt8(ascii: ";"):
                isBehindBlock = false
                scanner.position += 1
            case _ where isBlank(byte) || byte == UInt8(ascii: "\r"): scanner.position += 1
            default:
                guard let length = scanner.continuationLength(at: scanner.position) else { return nil }
                scanner.position += length
            }
        }
        return nil
    }

    /// Reads a command; nil where it ends before the cursor.
    private mutating func command() -> CursorPlace.Subject? {
        let start = scanner.position
        if let length = table.bareSQLLength(at: start, end: scanner.end, in: scanner.bytes),
            start + length < scanner.end, scanner.isAtBareSQL(table)
        {
            return sql(overLines: true)
        }
        var place: CommandTree.Place? = 0
        var syntax: CommandSyntax?
        while true {
            guard (try? scanner.skipBlanks()) != nil else { return .nothing }
            guard !scanner.isAtEnd else { return .word(PartialWord(at: scanner.position)) }
            if scanner.isAtCommandEnd || scanner.peek() == UInt8(ascii: "#") { return nil }
            if scanner.isAtOpeningBrace, isHead {
                depth += 1
                scanner.isInBlock = true
                scanner.position += 1
                return scanner.isAtEnd ? .nothing : nil
            }
            if let syntax, syntax.text != nil, !isAtOption(of: syntax) { return sql(overLines: false) }
            let wordStart = scanner.position
            let word = try? scanner.word()
            if scanner.isAtEnd { return PartialWord.subject(scanner.source, from: wordStart) }
            guard let word else {
                // Nothing can be told of the rest of this line.
                scanner.skipLine()
                return scanner.isAtEnd ? .nothing : nil
            }
            place = place.flatMap { table.place(behind: $0, at: word.span, in: scanner.bytes) }
            if let number = place.flatMap({ table.command(at: $0) }) { syntax = table.commands[number] }
            words.append(word.constantText(in: scanner.source))
        }
    }

    /// Whether the words so far can have a block behind them.
    private var isHead: Bool { ["if", "foreach", "transaction", "else"].contains(words.first) }

    /// Whether what comes belongs to an option, and so is no SQL yet.
    private func isAtOption(of syntax: CommandSyntax) -> Bool {
        if words.contains("--") { return false }
        if scanner.peek() == UInt8(ascii: "-"), scanner.peek(1).map({ $0 == UInt8(ascii: "-") }) ?? true { return true }
        guard let last = words.last ?? nil else { return false }
        return table.option(named: last, of: syntax)?.value != nil
    }

    /// Reads SQL; nil where it ends before the cursor.
    private mutating func sql(overLines: Bool) -> CursorPlace.Subject? {
        let start = scanner.position
        let text = try? scanner.sql(overLines: overLines)
        if text == nil { scanner.position = scanner.end }
        return scanner.isAtEnd ? .sql(scanner.source.text(Span(start, scanner.end)), start: start) : nil
    }
}
