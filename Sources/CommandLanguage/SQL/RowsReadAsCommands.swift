/// Commands behind a COPY … FROM STDIN that may be its rows: without a line that ends them it reads standard input, and
/// what follows runs.
extension Invocation {
    /// A warning that names the first line; nil where the COPY has its rows, or nothing follows it in its block.
    var rowsReadAsCommands: Diagnostic? {
        guard rows == nil, takesRows else { return nil }
        let bytes = source.bytes
        let place = RowsPlace(behind: span.end, in: bytes, upTo: bytes.count)
        guard place.other == nil, let start = place.start, let line = Self.firstCommand(from: start, in: bytes) else {
            return nil
        }
        return Diagnostic(
            warning: "this is a command, and no row of the COPY in line \(source.position(at: span.start).line)",
            at: line, in: source,
            help: #"a line \. ends rows; with --from /dev/stdin the COPY reads standard input without this warning"#)
    }

    /// The first line that is neither blank nor a comment; nil also where that closes a block.
    private static func firstCommand(from start: Int, in bytes: [UInt8]) -> Span? {
        var start = start
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var line = bytes[start..<end].drop { $0 <= 0x20 }
            while let last = line.last, last <= 0x20 { line.removeLast() }
            if let first = line.first, first != UInt8(ascii: "#"), !line.starts(with: "--".utf8) {
                return first == UInt8(ascii: "}") ? nil : Span(line.startIndex, line.endIndex)
            }
            start = end + 1
        }
        return nil
    }
}
