/// What psql's `\restrict KEY` begins and `\unrestrict KEY` ends: in between only SQL is read.
///
/// pg_dump writes a dump between the two, because a name in it may hold a line end, and a command behind that
/// (CVE-2025-8714).
package struct Restriction: Sendable, Equatable {
    private static let opening = Array(#"\restrict"#.utf8)
    private static let closing = Array(#"\unrestrict"#.utf8)

    private let key: [UInt8]

    /// A line that begins or ends a restriction.
    struct Line {
        let opens: Bool
        let key: Span
        let name: Span

        /// - Returns: nil for any other line.
        init?(at start: Int, end: Int, in bytes: [UInt8]) {
            let rest = bytes[start..<end]
            opens = rest.starts(with: Restriction.opening)
            guard opens || rest.starts(with: Restriction.closing) else { return nil }
            let nameEnd = start + (opens ? Restriction.opening : Restriction.closing).count
            guard nameEnd == end || bytes[nameEnd] <= 0x20 else { return nil }
            name = Span(start, nameEnd)
            var key = bytes[nameEnd..<end].prefix { $0 != UInt8(ascii: "\n") }.drop { $0 <= 0x20 }
            while let last = key.last, last <= 0x20 { key.removeLast() }
            self.key = Span(key.startIndex, key.endIndex)
        }
    }

    /// What holds behind a line.
    ///
    /// - Parameter restriction: what holds before it.
    static func behind(_ line: Line, _ restriction: Self?, in source: SourceText) throws(ScanFailure) -> Self? {
        func failure(_ message: String, help: String? = nil) -> ScanFailure {
            .malformed([Diagnostic(message, at: line.name, in: source, help: help)])
        }
        let key = source.bytes[line.key.start..<line.key.end]
        let letters = "letters and digits, and \\unrestrict has the same"
        guard !line.opens else {
            guard restriction == nil else { throw refusal(at: line.name, in: source) }
            guard !key.isEmpty, key.allSatisfy(isIdentifierByte) else {
                throw failure("\\restrict needs a key", help: letters)
            }
            return Restriction(key: Array(key))
        }
        guard let restriction else { throw failure("\\unrestrict ends a \\restrict, and there is none") }
        guard key.elementsEqual(restriction.key) else { throw failure("this is not the key of the \\restrict") }
        return nil
    }

    /// The error for what is no SQL.
    static func refusal(at span: Span, in source: SourceText) -> ScanFailure {
        .malformed([
            Diagnostic(
                "only SQL runs behind \\restrict", at: span, in: source,
                help: "pg_dump begins a dump with it and ends it with \\unrestrict; this line has got in between")
        ])
    }
}
