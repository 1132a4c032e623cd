/// Where the lines of a text begin, known at intervals: any place is found by looking at a few hundred bytes, however
/// long the text and its lines are, and however many errors ask.
final class LineIndex: Sendable {
    private struct Mark: Sendable {
        /// How many line ends come before.
        var line = 0
        /// How many Unicode scalars come before.
        var scalars = 0
        /// Where the line begins.
        var lineStart = 0

        mutating func pass(_ byte: UInt8, at offset: Int) {
            // The bytes 10xxxxxx go on with a scalar; all others begin one.
            if byte & 0xC0 != 0x80 { scalars += 1 }
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = offset + 1
            }
        }
    }

    private static let interval = 512
    private let marks: [Mark]

    init(_ bytes: [UInt8]) {
        var marks: [Mark] = []
        marks.reserveCapacity(bytes.count / Self.interval + 1)
        var mark = Mark()
        bytes.withUnsafeBufferPointer { buffer in
            for offset in buffer.indices {
                if offset % Self.interval == 0 { marks.append(mark) }
                mark.pass(buffer[offset], at: offset)
            }
        }
        if bytes.count % Self.interval == 0 { marks.append(mark) }
        self.marks = marks
    }

    /// The line (from 0) of an offset into the indexed bytes, where it begins, and how many scalars of it come before.
    func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, lineStart: Int, column: Int) {
        let here = mark(at: offset, in: bytes)
        return (here.line, here.lineStart, here.scalars - mark(at: here.lineStart, in: bytes).scalars)
    }

    private func mark(at offset: Int, in bytes: [UInt8]) -> Mark {
        let block = offset / Self.interval
        var mark = marks[block]
        for index in block * Self.interval..<offset { mark.pass(bytes[index], at: index) }
        return mark
    }
}
