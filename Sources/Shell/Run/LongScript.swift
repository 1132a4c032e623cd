import CommandLanguage

/// Reads a long file of commands without the rows behind its COPY … FROM STDIN: those stay in the file until they are
/// sent, so that a dump of any length is run in little memory.
struct LongScript {
    /// The fewest bytes of a file that is read so; what is shorter is simply held.
    private static let shortest = 4 << 20

    private let file: OpenScript
    private let name: String
    private let pieceSize: Int
    private var text: [UInt8] = []
    private var omitted: [OmittedRows] = []
    /// How far the file has been read.
    private var offset = 0
    /// Where in the text the part begins that is being parsed.
    private var start = 0
    /// How many bytes of it have been parsed in vain.
    private var parsed = 0
    /// Where the last line ends that is there as a whole.
    private var linesEnd = 0
    /// Whether no line ends rows any more.
    private var isUnended = false

    /// - Parameters:
    ///   - descriptor: stays the caller's.
    ///   - shortest: the fewest bytes of a file that is read so.
    ///   - pieceSize: how many bytes are read at once.
    /// - Returns: nil where the file is to be read as a whole, because it is short, or has no rows.
    static func read(
        _ descriptor: CInt, _ name: String, shortest: Int = Self.shortest, pieceSize: Int = 256 << 10
    ) throws(Failure) -> SourceText? {
        guard let file = OpenScript(descriptor, name), file.size >= shortest else { return nil }
        var script = LongScript(file, name, pieceSize)
        guard try script.rowsEnd(from: 0) != nil else { return nil }
        return try script.read()
    }

    private init(_ file: OpenScript, _ name: String, _ pieceSize: Int) {
        self.file = file
        self.name = name
        self.pieceSize = pieceSize
    }

    /// Parses the file to find the rows in it; what can't be read is told by whoever parses the text.
    private mutating func read() throws(Failure) -> SourceText {
        var parser: Parser?
        var restriction: Restriction?
        while true {
            try readMore()
            let isWhole = offset == file.size
            let end = isWhole ? text.count : linesEnd
            // Only the file's first line is the first.
            let source = SourceText(name: name, bytes: Array(text[start..<end]), firstLine: start == 0 ? 1 : 2)
            if parser == nil {
                parser = Parser(source, table: Catalogue.table, isFinal: isWhole)
                parser?.restriction = restriction
            } else {
                parser?.resume(with: source, isFinal: isWhole)
            }
            parsing: while let step = parser?.next(), let current = parser {
                restriction = current.restriction
                if current.awaitsRows {
                    try leaveOut(from: start + current.position)
                    (parser, parsed) = (nil, 0)
                    break parsing
                }
                switch step {
                case .statement, .failure: continue
                case .incomplete:
                    start += current.lineStart
                    parsed = end - start
                    break parsing
                case .end:
                    (start, parsed, parser) = (end, 0, nil)
                    if isWhole { return SourceText(name: name, bytes: text, omitting: omitted) }
                    break parsing
                }
            }
        }
    }

    /// Reads until there is a line that has not been parsed in vain, and twice as much as what has.
    private mutating func readMore() throws(Failure) {
        while offset < file.size, linesEnd <= start + parsed || text.count - start < 2 * parsed {
            let piece = try bytes(at: offset)
            if let last = piece.lastIndex(of: UInt8(ascii: "\n")) { linesEnd = text.count + last + 1 }
            text += piece
            offset += piece.count
            guard text.count <= ScriptFile.longest else { throw Failure("\(name): longer than 1 GiB", status: .usage) }
        }
    }

    /// Leaves out the rows that begin here, and goes on behind the line that ends them; without one they are none.
    private mutating func leaveOut(from position: Int) throws(Failure) {
        start = position
        let first = offset - (text.count - position)
        guard !isUnended, let rows = try rowsEnd(from: first) else {
            isUnended = true
            return
        }
        text.removeSubrange(position...)
        omitted.append(OmittedRows(at: position, place: first..<rows.end, lines: rows.lines, in: file))
        do throws(RowsFault) {
            text += try file.bytes(in: rows.end..<rows.next)
        } catch {
            throw Failure(error.message)
        }
        (start, linesEnd, offset) = (text.count, text.count, rows.next)
    }

    /// Where rows end that begin at an offset of the file, how many lines they are, and what follows the line behind them.
    private func rowsEnd(from offset: Int) throws(Failure) -> (end: Int, lines: Int, next: Int)? {
        var (start, lines, tail) = (offset, 0, [UInt8]())
        // Whether the tail, or what is read next, begins a line.
        var beginsLine = true
        while true {
            let piece = try bytes(at: start + tail.count)
            let part = tail + piece
            let first = beginsLine ? 0 : part.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? part.count
            if let line = InlineRows.ending(in: part, from: first, isFinal: piece.isEmpty) {
                lines += part[..<line.start].count { $0 == UInt8(ascii: "\n") }
                return (start + line.start, lines, start + line.end)
            }
            if piece.isEmpty { return nil }
            let last = part.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? (beginsLine ? 0 : nil)
            // What is longer than \. with its line end can't become that.
            if let last, part.count - last <= 3 {
                (beginsLine, tail) = (true, Array(part[last...]))
            } else {
                (beginsLine, tail) = (false, [])
            }
            lines += part.dropLast(tail.count).count { $0 == UInt8(ascii: "\n") }
            start += part.count - tail.count
        }
    }

    private func bytes(at offset: Int) throws(Failure) -> [UInt8] {
        if Task.isCancelled { throw .interrupted }
        do throws(RowsFault) {
            return try file.bytes(in: min(offset, file.size)..<min(offset + pieceSize, file.size))
        } catch {
            throw Failure(error.message)
        }
    }
}
