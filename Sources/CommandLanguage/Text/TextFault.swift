/// A byte that no text of commands can hold: a NUL, or one that is not UTF-8.
struct TextFault {
    let offset: Int
    private let source: SourceText

    /// The first fault at or behind an offset, nil when there is none.
    ///
    /// - Parameter isFinal: whether the text is all there is; otherwise its end may cut a character in two.
    init?(in source: SourceText, from start: Int, isFinal: Bool) {
        let found = source.bytes.withUnsafeBufferPointer { Self.first(in: $0, from: start, isFinal: isFinal) }
        guard let found else { return nil }
        offset = found
        self.source = source
    }

    var diagnostic: Diagnostic {
        let span = Span(offset, offset + 1)
        let byte = source.bytes[offset]
        if byte == 0 { return Diagnostic("a NUL byte can't be in a command", at: span, in: source) }
        let digits = String(byte, radix: 16, uppercase: true)
        return Diagnostic(
            "the byte 0x\(digits) is not UTF-8", at: span, in: source,
            help: "commands are read as UTF-8 and nothing else")
    }

    private static func first(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool) -> Int? {
        var index = start
        let raw = UnsafeRawBufferPointer(bytes)
        while index < bytes.count {
            // Eight bytes of ASCII, none of them NUL, are passed at once.
            while index + 8 <= bytes.count {
                let eight = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if (eight &- 0x0101_0101_0101_0101 | eight) & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            guard index < bytes.count else { break }
            let byte = bytes[index]
            if byte < 0x80 {
                if byte == 0 { return index }
                index += 1
            } else {
                let length = sequenceLength(in: bytes, at: index)
                if length == 0 { return !isFinal && isCut(bytes, at: index) ? nil : index }
                index += length
            }
        }
        return nil
    }

    /// The length of the sequence of several bytes at an index, 0 when it is none (The Unicode Standard, table 3-7).
    private static func sequenceLength(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let (length, second) = expectation(behind: bytes[index])
        guard length > 0, index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        for next in index + 2..<index + length where bytes[next] & 0xC0 != 0x80 { return 0 }
        return length
    }

    /// How long a sequence with this first byte is, 0 for none, and what may come second.
    private static func expectation(behind first: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
    }

    /// Whether a sequence is right as far as the text goes, and the text ends in it.
    private static func isCut(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let (length, second) = expectation(behind: bytes[index])
        guard length > 0, index + length > bytes.count else { return false }
        if index + 1 < bytes.count, !second.contains(bytes[index + 1]) { return false }
        return bytes[index...].dropFirst(2).allSatisfy { $0 & 0xC0 == 0x80 }
    }
}
