extension Parser {
    /// Tells of a plain command, by its number in the table, whether it may be passed over: no more is to be known of it.
    package typealias PassOver = @Sendable (_ command: Int, CommandOutline) -> Bool

    /// Reads the next line where it is a command of plain words or plain SQL, as most lines of long scripts are, of which
    /// no more has to be known.
    ///
    /// Only what is ordinary in every way is read here. All else, and so whatever may be wrong, is left to `part`.
    ///
    /// - Returns: false, with nothing read, where the line is anything else.
    mutating func passOverLine(_ passOver: PassOver) -> Bool {
        let (bytes, start, table) = (scanner.bytes, scanner.position, table)
        let end: Int? = bytes.withUnsafeBufferPointer { buffer in
            var words = PlainWords(buffer, at: start)
            words.skipToCommand()
            if let length = table.bareSQLLength(at: words.position, end: bytes.count, in: bytes) {
                guard let number = table.bareSQLNumber, words.skipBareSQL(behind: length), passOver(number, .plainSQL)
                else { return nil }
                return words.position
            }
            guard let (number, first) = words.command(of: table, in: bytes) else { return nil }
            if table.commands[number].text != nil {
                return words.skipSQL() && passOver(number, .plainSQL) ? words.position : nil
            }
            var command = PlainCommand(table.commands[number], table: table, bytes: bytes)
            var next = first
            while case .word(let span) = next {
                guard command.accept(span) else { return nil }
                next = words.next()
            }
            guard case .end = next, let outline = command.outline, passOver(number, outline) else { return nil }
            return words.position
        }
        // Where the text ends more may follow, and a byte that can't be there is an error wherever it is.
        guard let end, end < bytes.count || scanner.isFinal, fault.map({ $0.offset >= end }) ?? true else {
            return false
        }
        scanner.position = end
        return true
    }
}

/// The words of a line up to the first that is not just its bytes.
private struct PlainWords {
    enum Next {
        case word(Span)
        case end
        /// A quote, a comment, a continued line….
        case other
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    private mutating func skip(while isSkipped: (UInt8) -> Bool) {
        while position < bytes.count, isSkipped(bytes[position]) { position += 1 }
    }

    /// Skips what may stand between commands.
    mutating func skipToCommand() {
        while true {
            skip { isBlank($0) || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") }
            guard position < bytes.count, bytes[position] == UInt8(ascii: "#") else { return }
            skip { $0 != UInt8(ascii: "\n") }
        }
    }

    mutating func next() -> Next {
        skip(while: isBlank)
        guard position < bytes.count, bytes[position] != UInt8(ascii: "\n") else { return .end }
        let start = position
        skip(while: isPlain)
        guard position > start, bytes[start] != UInt8(ascii: "#") else { return .other }
        guard position == bytes.count || isBlank(bytes[position]) || bytes[position] == UInt8(ascii: "\n") else {
            return .other
        }
        return .word(Span(start, position))
    }

    /// Reads the name of a command.
    ///
    /// - Returns: its number and the word that follows, which is not read where it ends in SQL; nil where there is none.
    mutating func command(of table: CommandTable, in bytes: [UInt8]) -> (number: Int, next: Next)? {
        var place = 0
        var next = next()
        while case .word(let span) = next, let deeper = table.place(behind: place, at: span, in: bytes) {
            place = deeper
            if let number = table.command(at: place), table.commands[number].text != nil { return (number, .other) }
            next = self.next()
        }
        return table.command(at: place).map { ($0, next) }
    }
}

extension PlainWords {
    /// Skips SQL to the end of its line, or to the `;` that ends the line.
    ///
    /// - Returns: whether it is plain: nothing in it is a variable, a comment or a quote that has no end here.
    fileprivate mutating func skipSQL() -> Bool {
        skip(while: isBlank)
        // What begins with a quote may be quoted as a whole, with `-` an option, with `#` a comment.
        guard let first = peek(), isOrdinarySQL(first), first != UInt8(ascii: "#") else { return false }
        var isQuoted = false
        while true {
            skip(while: isOrdinarySQL)
            guard let byte = peek(), byte != UInt8(ascii: "\n") else { return !isQuoted }
            switch byte {
            case UInt8(ascii: "'"): isQuoted.toggle()
            case UInt8(ascii: "-") where peek(1) != byte: break
            case UInt8(ascii: "/") where peek(1) != UInt8(ascii: "*"): break
            case UInt8(ascii: ":") where peek(1) != UInt8(ascii: "'") && peek(1) != UInt8(ascii: "\""): break
            case UInt8(ascii: ";") where !isQuoted: return isAtLineEnd
            default: return false
            }
            position += 1
        }
    }

    /// The same of a statement that begins with a word of SQL, which runs to its `;`.
    fileprivate mutating func skipBareSQL(behind length: Int) -> Bool {
        guard let next = peek(length), isBlank(next) else { return false }
        return skipSQL() && peek() == UInt8(ascii: ";")
    }

    /// Whether nothing follows the byte here.
    private var isAtLineEnd: Bool {
        var next = position + 1
        while next < bytes.count, isBlank(bytes[next]) { next += 1 }
        return next == bytes.count || bytes[next] == UInt8(ascii: "\n")
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }
}

/// Whether a byte means nothing in SQL but itself, wherever it is.
private func isOrdinarySQL(_ byte: UInt8) -> Bool {
    // All but control characters and " $ ' - / : ; below 64, and all but \ { } above.
    byte < 64
        ? 1 &<< UInt64(byte) & (0xF3FF_5F6B_0000_0000 as UInt64) != 0
        : byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "}")
}

extension CommandOutline {
    fileprivate static let plainSQL = CommandOutline(given: 0, operandCount: 0, isPlain: true, namesVariables: false)
}

/// A command of plain words as they are read; it accepts those alone with which nothing can be wrong.
private struct PlainCommand {
    private let syntax: CommandSyntax
    private let table: CommandTable
    private let bytes: [UInt8]
    private var given: UInt64 = 0
    private var operandCount = 0
    /// The last option, where the next word may be its value; whether it has one already.
    private var open: (option: OptionSyntax, hasValue: Bool)?
    /// A line of more words is not an ordinary one.
    private static let mostOperands = 1000

    init(_ syntax: CommandSyntax, table: CommandTable, bytes: [UInt8]) {
        self.syntax = syntax
        self.table = table
        self.bytes = bytes
    }

    mutating func accept(_ span: Span) -> Bool {
        let dash = UInt8(ascii: "-")
        if span.end - span.start >= 2, bytes[span.start] == dash, bytes[span.start + 1] == dash {
            return acceptOption(span)
        }
        if let option = open?.option {
            if option.isVariadic { open?.hasValue = true } else { open = nil }
            return option.kind.plainlyHolds(Word(plain: span), in: bytes)
        }
        operandCount += 1
        guard let last = syntax.operands.last, operandCount < Self.mostOperands else { return false }
        if operandCount <= syntax.operands.count {
            return syntax.operands[operandCount - 1].kind.plainlyHolds(Word(plain: span), in: bytes)
        }
        return last.expands && last.kind.plainlyHolds(Word(plain: span), in: bytes)
    }

    private mutating func acceptOption(_ span: Span) -> Bool {
        guard open?.hasValue ?? true, let number = table.optionNumber(at: span, in: bytes, of: syntax) else {
            return false
        }
        let bit = CommandOutline.bit(ofOption: number)
        guard given & bit == 0 else { return false }
        given |= bit
        let option = table.option(number, of: syntax)
        open = option.value == nil ? nil : (option, false)
        return true
    }

    /// Nil where something is missing.
    var outline: CommandOutline? {
        guard open?.hasValue ?? true,
            syntax.requiredOptions.allSatisfy({ given & CommandOutline.bit(ofOption: $0) != 0 }),
            operandCount >= syntax.leastOperands
        else { return nil }
        return CommandOutline(
            given: given, operandCount: operandCount, isPlain: true,
            namesVariables: syntax.mayNameVariables(given: given))
    }
}
