/// The text that commands are read from, with the name that errors give it.
///
/// Positions in it are byte offsets (`Span`); lines and columns are worked out only when an error is shown.
package final class SourceText: Sendable {
    /// What errors call it: a path, `<stdin>`, `<command 1>`.
    package let name: String
    package let bytes: [UInt8]
    /// The number of the first line, 1 unless this is a later part of a stream.
    package let firstLine: Int

    package init(name: String, bytes: [UInt8], firstLine: Int = 1) {
        self.name = name
        self.bytes = bytes
        self.firstLine = firstLine
    }

    package convenience init(name: String, _ text: String, firstLine: Int = 1) {
        self.init(name: name, bytes: Array(text.utf8), firstLine: firstLine)
    }

    package func text(_ span: Span) -> String {
        String(decoding: bytes[span.start..<span.end], as: UTF8.self)
    }

    /// The line that holds a byte offset: its number, its bytes without the line end, and the offset of its first byte.
    package func line(at offset: Int) -> (number: Int, bytes: ArraySlice<UInt8>, start: Int) {
        let offset = min(offset, bytes.count)
        var number = firstLine
        var start = 0
        for index in 0..<offset where bytes[index] == UInt8(ascii: "\n") {
            number += 1
            start = index + 1
        }
        var end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return (number, bytes[start..<end], start)
    }

    /// The line and column of a byte offset, both counted from 1; columns are Unicode scalars.
    package func position(at offset: Int) -> (line: Int, column: Int) {
        let line = line(at: offset)
        let before = bytes[line.start..<min(max(offset, line.start), bytes.count)]
        return (line.number, String(decoding: before, as: UTF8.self).unicodeScalars.count + 1)
    }
}

/// A range of bytes in a source text.
package struct Span: Sendable, Hashable {
    package var start: Int
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    package func union(_ other: Span) -> Span {
        Span(min(start, other.start), max(end, other.end))
    }
}
