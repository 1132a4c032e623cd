/// Words that are looked for in the bytes of a source, without a string made of them.
///
/// Most words differ in their first eight bytes, which are compared as one number.
struct ByteKeys: Sendable {
    private var heads: [UInt64] = []
    private var words: [[UInt8]] = []

    init(_ texts: [String] = []) {
        for text in texts { append(text) }
    }

    mutating func append(_ text: String) {
        let bytes = Array(text.utf8)
        heads.append(Self.head(of: bytes, Span(0, bytes.count)))
        words.append(bytes)
    }

    /// Which of the words stands in a part of a source; nil when none does.
    func index(of span: Span, in bytes: [UInt8]) -> Int? {
        let head = Self.head(of: bytes, span)
        return heads.withUnsafeBufferPointer { heads in
            for index in heads.indices where heads[index] == head {
                if Self.areEqual(words[index], bytes, span) { return index }
            }
            return nil
        }
    }

    private static func areEqual(_ word: [UInt8], _ bytes: [UInt8], _ span: Span) -> Bool {
        guard word.count == span.end - span.start else { return false }
        var index = 8
        while index < word.count {
            if word[index] != bytes[span.start + index] { return false }
            index += 1
        }
        return true
    }

    private static func head(of bytes: [UInt8], _ span: Span) -> UInt64 {
        let count = min(span.end - span.start, 8)
        guard count > 0 else { return 0 }
        if span.start + 8 <= bytes.count {
            let eight = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: span.start, as: UInt64.self) }
            return eight.bigEndian >> UInt64(64 - 8 * count)
        }
        var head: UInt64 = 0
        for index in span.start..<span.start + count { head = head << 8 | UInt64(bytes[index]) }
        return head
    }
}
