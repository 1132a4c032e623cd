/// In which form rows go from one database to another by COPY, and in which encoding: their own, so that each value arrives as
/// it is stored, also one that has no equal in UTF-8.
///
/// Statements are in UTF-8, as all that is sent, and so are the names in them. Text has an encoding of its own. What is sent
/// in binary form has that of the session: it is another one only as long as COPY lasts, whose statement is written so that
/// it is the same in any encoding.
package struct CopyForm: Sendable, Equatable {
    package let isBinary: Bool
    /// Of both databases, as `pg_encoding_to_char` has it.
    private let encoding: String

    package init(isBinary: Bool, encoding: String) {
        self.isBinary = isBinary
        self.encoding = encoding
    }

    private static let usual = "UTF8"

    /// For the options of COPY.
    var options: SQL {
        if isBinary { return "FORMAT binary" }
        return encoding == Self.usual ? "FORMAT text" : "FORMAT text, ENCODING \(literal: encoding)"
    }

    /// Before COPY, in its transaction, on both sides; nil where the session has that encoding.
    package var beginning: SQL? {
        isBinary && encoding != Self.usual ? "SET LOCAL client_encoding = \(literal: encoding)" : nil
    }

    /// Behind it, on both sides.
    package var end: SQL? { beginning.map { _ in "SET LOCAL client_encoding = \(literal: Self.usual)" } }

    /// Whether what is not ASCII has to be written otherwise. A database without an encoding takes all bytes as they are.
    private var isSpelled: Bool { beginning != nil && encoding != "SQL_ASCII" }

    /// Whether servers take names in such a statement: before 13 they take what is spelled in ASCII for UTF-8 alone.
    ///
    /// - Parameter servers: their versions, as `server_version_num` has them.
    package func takes(_ names: [String], servers: [Int]) -> Bool {
        !isSpelled || servers.allSatisfy { $0 >= 130_000 } || names.allSatisfy(Self.isASCII)
    }

    /// COPY as it is sent.
    ///
    /// - Parameter statement: in which only identifiers in double quotes may be not ASCII.
    package func spelled(_ statement: SQL) -> SQL {
        let text = statement.text
        guard isSpelled, !Self.isASCII(text) else { return statement }
        // Between two double quotes; a doubled one in a name ends it and begins the next.
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        var spelled = ""
        var index = 0
        while index < parts.count {
            guard index % 2 == 1 else {
                spelled += parts[index]
                index += 1
                continue
            }
            var name = String(parts[index])
            while index + 2 < parts.count, parts[index + 1].isEmpty {
                name += "\"\"" + parts[index + 2]
                index += 2
            }
            spelled += Self.isASCII(name) ? "\"\(name)\"" : "U&\"\(Self.escaped(name))\""
            index += 1
        }
        return SQL(pieces: [.text(sent: spelled, shown: statement.shown)])
    }

    private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

    /// "Identifiers and Key Words" of the PostgreSQL manual: `\` and four hexadecimal digits, or `\+` and six.
    private static func escaped(_ name: String) -> String {
        name.unicodeScalars.map { scalar in
            if scalar == "\\" { return "\\\\" }
            if scalar.isASCII { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            let (mark, count) = scalar.value > 0xffff ? ("\\+", 6) : ("\\", 4)
            return mark + String(repeating: "0", count: count - digits.count) + digits
        }.joined()
    }
}
