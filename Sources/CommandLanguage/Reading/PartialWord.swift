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

    /// A word without a letter yet.
    init(at start: Int) {
        self.init(option: nil, text: "", start: start, quote: .none)
    }

    private init(option: String?, text: String, start: Int, quote: Quote) {
        self.option = option
        self.text = text
        self.start = start
        self.quote = quote
    }

    /// The word that begins at an offset and goes to the end of the source, or the variable whose name it ends in.
    static func subject(_ source: SourceText, from start: Int) -> CursorPlace.Subject {
        var reader = PartialWordReader(source, from: start)
        switch reader.read() {
        case .text(let quote):
            let text = String(decoding: reader.text, as: UTF8.self)
            return .word(PartialWord(option: reader.option, text: text, start: reader.start, quote: quote))
        case .variable(let nameStart):
            let name = source.text(Span(nameStart, source.bytes.count))
            return .variable(name, start: nameStart)
        case .unknown:
            return .nothing
        }
    }
}

/// Takes the quotes off a word that is cut off at the cursor.
private struct PartialWordReader {
    enum Ending {
        case text(PartialWord.Quote)
        case variable(start: Int)
        case unknown
    }

    private(set) var option: String?
    private(set) var text: [UInt8] = []
    private(set) var start: Int
    private let bytes: [UInt8]
    private let scanner: Scanner
    private var position: Int
    private var quote = PartialWord.Quote.none

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
        return .text(quote)
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
