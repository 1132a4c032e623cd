/// Tells SQL's SET from tscl's, which is in small letters and has one NAME and one VALUE.
struct SetStatement {
    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    /// Whether SQL's SET stands here: in capitals, or in a form that tscl's can't have, as `set x = 1`, `set x to 1`,
    /// `set local x …`, `set time zone …`.
    static func isSQL(at start: Int, end: Int, in bytes: [UInt8]) -> Bool {
        let nameEnd = start + word.count
        guard nameEnd < end, isBlank(bytes[nameEnd]),
            zip(bytes[start..<nameEnd], word).allSatisfy({ $0 | 0x20 == $1 })
        else { return false }
        guard bytes[start..<nameEnd].elementsEqual(word) else { return true }
        var rest = SetStatement(bytes: bytes, end: end, position: nameEnd)
        guard let name = rest.next(), let second = rest.next(), rest.next() != nil else { return false }
        return second == "=" || second == "TO" || qualifiers.contains(name) && second.utf8.allSatisfy(isNameByte)
    }

    private static let word = Array("set".utf8)

    /// What may stand before the parameter's name, or in its place; two words at least follow it.
    private static let qualifiers: Set = ["LOCAL", "SESSION", "TIME", "TRANSACTION", "CONSTRAINTS", "XML"]

    private static func isNameByte(_ byte: UInt8) -> Bool { isIdentifierByte(byte) || byte == UInt8(ascii: ".") }

    private func isInWord(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != UInt8(ascii: "=") && byte != UInt8(ascii: ";")
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
    package var mistakableSet: Diagnostic? {
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
