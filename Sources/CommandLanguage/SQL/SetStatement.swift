/// Tells SQL's SET from tscl's, which is in small letters and has one NAME and one VALUE.
struct SetStatement {
    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    /// Whether SQL's SET stands here: in capitals, or in a form that tscl's can't have, as `set x = 1`, `set x to 1`,
    /// `set local x …`, `set time zone …`.
    ///
    /// In small letters it is never SQL where an option like `--secret` stands behind it: SQL takes that for a comment,
    /// and the secret would go to the server and its log.
    static func isSQL(at start: Int, end: Int, in bytes: [UInt8]) -> Bool {
        let nameEnd = start + word.count
        guard nameEnd < end, isBlank(bytes[nameEnd]),
            zip(bytes[start..<nameEnd], word).allSatisfy({ $0 | 0x20 == $1 })
        else { return false }
        guard bytes[start..<nameEnd].elementsEqual(word) else { return true }
        var rest = SetStatement(bytes: bytes, end: end, position: nameEnd)
        guard let name = rest.next(), let second = rest.next(), rest.next() != nil else { return false }
        guard second == "=" || second == "TO" || qualifiers.contains(name) && second.utf8.allSatisfy(isNameByte)
        else { return false }
        return !SetStatement(bytes: bytes, end: end, position: nameEnd).mayHoldSecret
    }

    private static let word = Array("set".utf8)

    /// What may stand before the parameter's name, or in its place; two words at least follow it.
    private static let qualifiers: Set = ["LOCAL", "SESSION", "TIME", "TRANSACTION", "CONSTRAINTS", "XML"]

    private static func isNameByte(_ byte: UInt8) -> Bool { isIdentifierByte(byte) || byte == UInt8(ascii: ".") }

    private func isInWord(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ";")
    }

    /// Whether the option `--secret`, be it mistyped, stands in what is left of the line and of the quotes that it opens.
    private var mayHoldSecret: Bool {
        let dash = UInt8(ascii: "-")
        let written = bytes[position..<lineEnd]
        return zip(written.indices, written.indices.dropFirst()).contains { first, second in
            guard bytes[first] == dash, bytes[second] == dash else { return false }
            let option = written[(second + 1)...].prefix(while: isIdentifierByte)
            return Suggestion.nearest(to: String(decoding: option, as: UTF8.self), among: ["secret"]) != nil
        }
    }

    /// Where the line ends, or a later one that it is continued on by a backslash or in quotes.
    private var lineEnd: Int {
        let lexer = SQLLexer(bytes, at: position, end: end, isOneLine: true)
        var index = position
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: ";"): return index
            case UInt8(ascii: "\n"):
                var before = index - 1
                if bytes[before] == UInt8(ascii: "\r") { before -= 1 }
                guard bytes[before] == UInt8(ascii: "\\") else { return index }
                index += 1
            case let byte where byte <= 0x20: index += 1
            default: index = lexer.token(at: index).span.end
            }
        }
        return end
    }

    /// What stands up to a blank or a `=`, or that `=`, in capitals; nil at the end of the line, at a comment and at an
    /// option.
    private mutating func next() -> String? {
        while position < end, isBlank(bytes[position]) { position += 1 }
        guard position < end else { return nil }
        let start = position
        switch bytes[start] {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: "#"): return nil
        case UInt8(ascii: "-") where start + 1 < end && bytes[start + 1] == UInt8(ascii: "-"): return nil
        default: break
        }
        let isSign = bytes[start] == UInt8(ascii: "=")
        repeat {
            position += 1
        } while position < end && (isSign ? bytes[position] == UInt8(ascii: "=") : isInWord(bytes[position]))
        return String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
    }
}

extension Invocation {
    /// A warning about `set role x;`: it sets a variable, and its `;` looks as if SQL's SET was meant.
    var mistakableSet: Diagnostic? {
        guard syntax.name == "set", let name = operands.first?.constantText(in: source), operands.count == 2,
            Self.settingsWithoutSign.contains(name),
            source.bytes[span.end...].first(where: { !isBlank($0) }) == UInt8(ascii: ";")
        else { return nil }
        let value = source.text(Span(operands[1].span.start, operands[1].span.end))
        return Diagnostic(
            warning: "this sets a variable of tscl's", at: span, in: source,
            help: "SQL's SET is in capitals: SET \(name.uppercased()) \(value)")
    }

    /// What SQL's SET sets without a `=` or `TO` before the value.
    private static let settingsWithoutSign: Set = ["role", "schema", "names"]
}
