internal import Synchronization

/// The text that commands are read from, with the name that errors give it.
///
/// Positions in it are byte offsets (`Span`); lines and columns are worked out only when an error is shown.
package final class SourceText: Sendable {
    /// What errors call it: a path, `<stdin>`, `<command 1>`.
    package let name: String
    package let bytes: [UInt8]
    /// The number of the first line, 1 unless this is a later part of a stream.
    package let firstLine: Int
    /// What of its file is not in the text, in order.
    private let omitted: [OmittedRows]
    /// The folder that paths written in the text begin in: its file's, as that was named, or the current one.
    package var folder: String {
        guard isFile, let slash = name.lastIndex(of: "/") else { return "." }
        return slash == name.startIndex ? "/" : String(name[..<slash])
    }

    /// Whether it is in a file; what comes from elsewhere is named `<…>`.
    package var isFile: Bool { !name.hasPrefix("<") }

    /// Whether it is a file of SQL by its name, as psql's are and pg_dump's.
    package var isSQL: Bool { isFile && name.hasSuffix(".sql") }

    /// Made when the first error is shown: a text of a million lines mostly has none.
    private let lazyIndex = AtomicLazyReference<LineIndex>()

    package init(name: String, bytes: [UInt8], firstLine: Int = 1, omitting omitted: [OmittedRows] = []) {
        self.name = name
        self.bytes = bytes
        self.firstLine = firstLine
        self.omitted = omitted
    }

    package convenience init(name: String, _ text: String, firstLine: Int = 1) {
        self.init(name: name, bytes: Array(text.utf8), firstLine: firstLine)
    }

    package func text(_ span: Span) -> String {
        String(decoding: bytes[span.start..<span.end], as: UTF8.self)
    }

    /// The rows that were left out here.
    package func omittedRows(at offset: Int) -> OmittedRows? { omitted.first { $0.position == offset } }

    /// How many lines that were left out come before an offset.
    private func omittedLines(before offset: Int) -> Int {
        omitted.prefix { $0.position < offset }.reduce(0) { $0 + $1.lines }
    }

    /// A text as a message cites it: its beginning, when it is long.
    func citation(_ span: Span) -> String {
        let longest = 80
        let text = self.text(Span(span.start, min(span.end, span.start + 4 * longest)))
        let shown = text.unicodeScalars.prefix(longest)
        return span.end - span.start > shown.utf8Count ? String(shown) + "…" : text
    }

    /// The line that holds a byte offset: its number, its bytes without the line end, and the offset of its first byte.
    ///
    /// - Returns: nil when the line has more bytes than `longest`, which is then all that was read of it.
    package func line(
        at offset: Int, longest: Int = .max
    ) -> (number: Int, bytes: ArraySlice<UInt8>, start: Int)? {
        let offset = min(max(offset, 0), bytes.count)
        let place = index.place(of: offset, in: bytes)
        let start = place.lineStart == 0 ? byteOrderMarkLength : place.lineStart
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
            guard end - start <= longest else { return nil }
            end += 1
        }
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard end - start <= longest else { return nil }
        return (firstLine + omittedLines(before: offset) + place.line, bytes[start..<end], start)
    }

    /// The line and column of a byte offset, both counted from 1; columns are Unicode scalars.
    package func position(at offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        let place = index.place(of: offset, in: bytes)
        // A byte-order mark is no character of the first line.
        let mark = place.lineStart == 0 && offset >= byteOrderMarkLength && byteOrderMarkLength > 0 ? 1 : 0
        return (firstLine + omittedLines(before: offset) + place.line, place.column - mark + 1)
    }

    /// A mark stands before all else; in a later part of a stream it is a character like any other.
    var byteOrderMarkLength: Int { firstLine == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    private var index: LineIndex { lazyIndex.load() ?? lazyIndex.storeIfNil(LineIndex(bytes)) }
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

extension Substring.UnicodeScalarView {
    fileprivate var utf8Count: Int { Substring(self).utf8.count }
}
