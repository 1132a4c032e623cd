/// Where the rows stand that follow a `COPY … FROM STDIN`: from the line behind it up to one that is `\.`, as psql has it
/// and pg_dump writes it.
package struct InlineRows: Sendable {
    /// Where the first line of them begins.
    package let start: Int
    /// Where the line begins that ends them; nil where they are still to arrive behind the text.
    package let end: Int?

    /// The line that ends rows, with its line end; nil when there is none.
    ///
    /// - Parameters:
    ///   - start: where a line begins.
    ///   - isFinal: whether no more bytes follow, so that the last line needs no line end.
    package static func ending(in bytes: [UInt8], from start: Int, isFinal: Bool) -> Span? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index + 1 < bytes.count {
                defer { index += 1 }
                guard bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "."),
                    index == start || bytes[index - 1] == UInt8(ascii: "\n")
                else { continue }
                var end = index + 2
                if end < bytes.count, bytes[end] == UInt8(ascii: "\r") { end += 1 }
                if end == bytes.count, isFinal { return Span(index, end) }
                if end < bytes.count, bytes[end] == UInt8(ascii: "\n") { return Span(index, end + 1) }
            }
            return nil
        }
    }
}
