/// A word up to the cursor, which may be in the midst of it or of a quote.
package struct PartialWord: Sendable, Equatable {
    package enum Quote: Sendable { case none, single, double }

    /// The option that it is the value of, where it was written `--option=value`.
    package let option: String?
    /// What it stands for so far, quotes taken off; of `--option=value` the value.
    package let text: String
    /// The offset where that begins, with its quotes.
    package let start: Int
    /// The quote that is open at the cursor.
    package let quote: Quote

    /// Whether it may become the name of an option.
    package let mayBeOption: Bool

    /// Whether it may become the name of an option, or is such a name with a value.
    package var belongsToOption: Bool { mayBeOption || option != nil }

    /// - Parameter text: a word of a command line, in which no quotes are.
    init(argument text: String, at start: Int) {
        let mayBeOption = text.utf8.starts(with: "--".utf8) || text == "-"
        guard mayBeOption, let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            self.init(text: text, start: start, mayBeOption: mayBeOption)
            return
        }
        let value = text.utf8.index(after: equals)
        self.init(
            option: String(text[..<equals]), text: String(text[value...]),
            start: start + text.utf8.distance(from: text.startIndex, to: value))
    }

    init(option: String? = nil, text: String, start: Int, quote: Quote = .none, mayBeOption: Bool = false) {
        self.option = option
        self.text = text
        self.start = start
        self.quote = quote
        self.mayBeOption = mayBeOption
    }
}

/// Takes the quotes off a word that is cut off at the cursor.
struct PartialWordReader {
    enum Ending {
        case word(PartialWord)
        /// The name of a variable that begins here.
        case variable(start: Int)
        /// What stands for something that is not known.
        case unknown
    }

    private var option: String?
    private var text: [UInt8] = []
    private var start: Int
    private let bytes: [UInt8]
    private let scanner: Scanner
    private var position: Int
    private var quote = PartialWord.Quote.none

    /// - Parameter start: where the word begins, which goes to the end of the source.
    init(_ source: SourceText, from start: Int) {
        bytes = source.bytes
        scanner = Scanner(source)
        self.start = start
        position = start
    }

    mutating func read() -> Ending {
        while position < bytes.count {
            let byte = bytes[position]
            switch (quote, byte) {
            case (.none, UInt8(ascii: "'")): quote = .single
            case (.none, UInt8(ascii: "\"")): quote = .double
            case (.single, UInt8(ascii: "'")):
                if position + 1 < bytes.count, bytes[position + 1] == byte {
                    text.append(byte)
                    position += 1
                } else {
                    quote = .none
                }
            case (.double, UInt8(ascii: "\"")): quote = .none
            case (.double, UInt8(ascii: "\\")):
                guard let escaped = scanner.escaped(at: position) else { return .unknown }
                text.append(escaped)
                position += 1
            case (.none, UInt8(ascii: "$")), (.double, UInt8(ascii: "$")):
                if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "{") { return variable() }
                if quote == .none, scanner.dollarQuoteLength(at: position) != nil { return .unknown }
                text.append(byte)
            case (.none, UInt8(ascii: "=")) where option == nil && text.starts(with: "--".utf8):
                option = String(decoding: text, as: UTF8.self)
                text = []
                start = position + 1
            default: text.append(byte)
            }
            position += 1
        }
        return .word(
            PartialWord(
                option: option, text: String(decoding: text, as: UTF8.self), start: start, quote: quote,
                mayBeOption: option == nil && mayBeOption))
    }

    private var mayBeOption: Bool {
        let dash = UInt8(ascii: "-")
        guard start < bytes.count, bytes[start] == dash else { return false }
        return start + 1 == bytes.count || bytes[start + 1] == dash
    }

    /// What a variable in the word stands for is not known; only its name can be completed.
    private func variable() -> Ending {
        let nameStart = position + 2
        var last = nameStart
        while let opening = bytes[last...].firstRange(of: Array("${".utf8)) { last = opening.upperBound }
        let name = bytes[last...]
        return name.allSatisfy { isIdentifierByte($0) || $0 == UInt8(ascii: ":") } ? .variable(start: last) : .unknown
    }
}
