/// UTF-8 that comes a byte at a time. What is not UTF-8 becomes U+FFFD.
package struct UTF8Decoder {
    private var pending: [UInt8] = []
    private var expected = 0

    package init() {}

    /// The character that a byte completes.
    package mutating func decode(_ byte: UInt8) -> Unicode.Scalar? {
        if !pending.isEmpty, byte & 0xc0 == 0x80 {
            pending.append(byte)
        } else {
            // What was begun and is not gone on with is dropped in favour of the new character.
            pending = [byte]
            switch byte {
            case 0..<0x80: expected = 1
            case 0xc2..<0xe0: expected = 2
            case 0xe0..<0xf0: expected = 3
            case 0xf0..<0xf5: expected = 4
            default: expected = 1
            }
        }
        guard pending.count >= expected else { return nil }
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self).unicodeScalars.first
    }
}
