/// The rules of `$$…$$` and `$tag$…$tag$`, which are the same in words and in SQL.
enum DollarQuote {
    /// The length of the opening of a dollar quote at an index; nil when there is none.
    static func openingLength(in bytes: [UInt8], at index: Int, end: Int) -> Int? {
        guard index < end, bytes[index] == UInt8(ascii: "$") else { return nil }
        var next = index + 1
        while next < end, isIdentifierByte(bytes[next]) {
            if next == index + 1, isDigit(bytes[next]) { return nil }
            next += 1
        }
        return next < end && bytes[next] == UInt8(ascii: "$") ? next + 1 - index : nil
    }

    /// Where the closing stands of the dollar quote with this opening; nil when it is open to the end.
    static func closing(of opening: Span, in bytes: [UInt8], end: Int) -> Span? {
        let delimiter = bytes[opening.start..<opening.end]
        let length = delimiter.count
        var index = opening.end
        while index + length <= end {
            if bytes[index] == UInt8(ascii: "$"), bytes[index..<index + length].elementsEqual(delimiter) {
                return Span(index, index + length)
            }
            index += 1
        }
        return nil
    }
}
