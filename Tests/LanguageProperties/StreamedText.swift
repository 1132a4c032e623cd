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

    consuming func reading() -> Reading {
        var reading = Reading()
        var parser: Parser?
        repeat {
            let source = arrive()
            let isFinal = end == bytes.count
            if parser == nil {
                parser = Parser(source, table: table, isFinal: isFinal)
            } else {
                parser?.resume(with: source, isFinal: isFinal)
            }
            steps: while let step = parser?.next() {
                if parser?.awaitsRows == true, let position = parser?.position {
                    skipRows(behind: position)
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
    private mutating func skipRows(behind count: Int) {
        drop(count)
        guard let ending = InlineRows.ending(in: bytes, from: start, isFinal: true) else {
            end = start
            return
        }
        drop(ending.end - start)
        end = start
    }

    private mutating func drop(_ count: Int) {
        line += bytes[start..<start + count].count { $0 == UInt8(ascii: "\n") }
        start += count
    }
}
