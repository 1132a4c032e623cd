/// One line of a history file for one entry, in the encoding of vis(3), as libedit writes it: white space, control
/// characters and backslashes become escapes, so that an entry of several lines is one line of the file.
package enum HistoryCoding {
    /// The first line of the file.
    package static let header = "_HiStOrY_V2_"

    /// The line for an entry, without its newline.
    package static func encode(_ entry: String) -> [UInt8] {
        var line: [UInt8] = []
        for byte in entry.utf8 {
            switch byte {
            case UInt8(ascii: "\\"):
                line += [byte, byte]
            case 0x21..<0x7f, 0x80...:
                line.append(byte)
            default:
                line.append(UInt8(ascii: "\\"))
                line += [byte >> 6, byte >> 3 & 7, byte & 7].map { $0 + UInt8(ascii: "0") }
            }
        }
        return line
    }

    /// The entry of a line; what is not UTF-8 is repaired.
    package static func decode(_ line: ArraySlice<UInt8>) -> String {
        line.withUnsafeBufferPointer { line in
            String(unsafeUninitializedCapacity: line.count) { text in
                var rest = Rest(line)
                var count = 0
                while let byte = rest.next() {
                    text[count] = byte == UInt8(ascii: "\\") ? escaped(&rest) : byte
                    count += 1
                }
                return count
            }
        }
    }

    /// What of a line is not decoded yet.
    private struct Rest {
        private let line: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ line: UnsafeBufferPointer<UInt8>) {
            self.line = line
        }

        var first: UInt8? { position < line.count ? line[position] : nil }

        mutating func next() -> UInt8? {
            guard position < line.count else { return nil }
            defer { position += 1 }
            return line[position]
        }
    }

    /// The byte that an escape stands for, its backslash read; any other character stands for itself.
    private static func escaped(_ rest: inout Rest) -> UInt8 {
        guard let kind = rest.next() else { return UInt8(ascii: "\\") }
        switch kind {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value = Int(kind & 7)
            for _ in 0..<2 {
                guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
                value = value << 3 | Int(digit & 7)
                _ = rest.next()
            }
            return UInt8(truncatingIfNeeded: value)
        case UInt8(ascii: "^"):
            return control(&rest)
        case UInt8(ascii: "M"):
            return 0x80 | (rest.next() == UInt8(ascii: "^") ? control(&rest) : rest.next() ?? 0)
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "s"): return 0x20
        case UInt8(ascii: "t"): return 0x09
        default: return kind
        }
    }

    private static func control(_ rest: inout Rest) -> UInt8 {
        guard let letter = rest.next() else { return 0 }
        return letter == UInt8(ascii: "?") ? 0x7f : letter & 0x1f
    }
}
