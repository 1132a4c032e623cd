internal import CommandLanguage

/// A text that arrives line by line, as at a prompt or through a pipe.
struct StreamedText {
    private let bytes: [UInt8]
    /// What has been read to its end.
    private var start = 0
    /// What has arrived.
    private var end = 0
    private var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: nil where what a stream refuses runs in a file: what stands between a COPY and the line its rows can
    ///   begin on, with no line that ends rows behind it.
    consuming func reading() -> Reading? {
        var reading = Reading()
        var parser: Parser?
        var restriction: Restriction?
        repeat {
            let source = arrive()
            let isFinal = end == bytes.count
            if parser == nil {
                parser = Parser(source, table: table, isFinal: isFinal)
                parser?.restriction = restriction
            } else {
                parser?.resume(with: source, isFinal: isFinal)
            }
            steps: while let step = parser?.next() {
                restriction = parser?.restriction
                if parser?.awaitsRows == true, let position = parser?.position {
                    let haveEnd = skipRows(behind: position)
                    if case .failure = step, !haveEnd { return nil }
                    parser = nil
                }
                switch step {
                case .statement(let statement): reading.append(statement)
                case .failure(let diagnostics): reading.append(diagnostics)
                case .incomplete:
                    drop(parser?.lineStart ?? 0)
                    break steps
                case .end:
                    drop(source.bytes.count)
                    parser = nil
                }
            }
        } while end < bytes.count
        return reading
    }

    /// The lines that have not been read to their end, with one more.
    private mutating func arrive() -> SourceText {
        end = bytes[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
        return SourceText(name: "t", bytes: Array(bytes[start..<end]), firstLine: line)
    }

    /// Skips rows to the line that ends them; without one they are read as commands, as in a file.
    ///
    /// - Returns: whether there is one.
    private mutating func skipRows(behind count: Int) -> Bool {
        drop(count)
        let ending = InlineRows.ending(in: bytes, from: start, isFinal: true)
        if let ending { drop(ending.end - start) }
        end = start
        return ending != nil
    }

    private mutating func drop(_ count: Int) {
        line += bytes[start..<start + count].count { $0 == UInt8(ascii: "\n") }
        start += count
    }
}
