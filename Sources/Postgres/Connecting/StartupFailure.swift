/// Parses the text of a failed connection, because libpq keeps only the text.
///
/// With verbose messages an error of the server reads `FATAL:  28P01: password …`, followed by lines such as
/// `DETAIL:  …` and `LOCATION:  auth_failed, auth.c:331`. The words may be translated, but the form is fixed.
package struct StartupFailure {
    /// The message for people, without SQLSTATEs and places in the server's source.
    package let message: ServerMessage

    package init(text: String) {
        var lines: [String] = []
        var sqlstate: String?
        var detail: String?
        var hint: String?
        for line in text.split(separator: "\n") {
            if let server = Self.splitSQLSTATE(line) {
                // With several hosts or attempts, the last failure is the one that counts.
                sqlstate = server.sqlstate
                (detail, hint) = (nil, nil)
                lines.append(server.line)
            } else if let text = Self.text(of: line, after: "DETAIL:  ") {
                detail = text
            } else if let text = Self.text(of: line, after: "HINT:  ") {
                hint = text
            } else if !Self.isSourceLocation(line) {
                lines.append(String(line))
            }
        }
        var message = ServerMessage(
            severity: sqlstate == nil ? "ERROR" : "FATAL", sqlstate: sqlstate, message: lines.joined(separator: "\n"))
        message.detail = detail
        message.hint = hint
        self.message = message
    }

    /// Takes `28P01: ` out of `… FATAL:  28P01: password …`.
    private static func splitSQLSTATE(_ line: Substring) -> (line: String, sqlstate: String)? {
        let bytes = Array(line.utf8)
        let colon = UInt8(ascii: ":")
        let space = UInt8(ascii: " ")
        func isStateCharacter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard bytes.count >= 10 else { return nil }
        for start in 0...(bytes.count - 10)
        where bytes[start] == colon && bytes[start + 1] == space && bytes[start + 2] == space
            && bytes[start + 8] == colon && bytes[start + 9] == space
        {
            let state = bytes[(start + 3)..<(start + 8)]
            guard state.allSatisfy(isStateCharacter) else { continue }
            return (
                String(decoding: bytes[..<(start + 3)] + bytes[(start + 10)...], as: UTF8.self),
                String(decoding: state, as: UTF8.self)
            )
        }
        return nil
    }

    private static func text(of line: Substring, after prefix: String) -> String? {
        line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
    }

    /// Whether the line ends like `auth_failed, auth.c:331`.
    private static func isSourceLocation(_ line: Substring) -> Bool {
        guard let colon = line.lastIndex(of: ":") else { return false }
        let number = line[line.index(after: colon)...]
        return !number.isEmpty && number.allSatisfy(\.isWholeNumber) && line[..<colon].hasSuffix(".c")
    }
}
