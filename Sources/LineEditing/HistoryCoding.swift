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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(line.count)
        var rest = line
        while let byte = rest.popFirst() {
            bytes.append(byte == UInt8(ascii: "\\") ? escaped(&rest) : byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The byte that an escape stands for, its backslash read; any other character stands for itself.
    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
        guard let kind = rest.popFirst() else { return UInt8(ascii: "\\") }
        switch kind {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value = Int(kind & 7)
            for _ in 0..<2 {
                guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
                value = value << 3 | Int(digit & 7)
                rest.removeFirst()
            }
            return UInt8(truncatingIfNeeded: value)
        case UInt8(ascii: "^"):
            return control(&rest)
        case UInt8(ascii: "M"):
            return 0x80 | (rest.popFirst() == UInt8(ascii: "^") ? control(&rest) : rest.popFirst() ?? 0)
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "s"): return 0x20
        case UInt8(ascii: "t"): return 0x09
        default: return kind
        }
    }

    private static func control(_ rest: inout ArraySlice<UInt8>) -> UInt8 {
        guard let letter = rest.popFirst() else { return 0 }
        return letter == UInt8(ascii: "?") ? 0x7f : letter & 0x1f
    }
}
