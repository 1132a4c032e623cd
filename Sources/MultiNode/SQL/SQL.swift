/// A statement: its text with the values kept apart.
///
/// It is built by interpolation, and what is interpolated is a parameter of the statement:
///
///     SQL("SELECT * FROM \(identifier: schema).add_data_node(\(name), host => \(host))")
///
/// Where PostgreSQL takes no parameters (identifiers, and all of DDL), the labels say so: `identifier:`, `literal:`.
/// A statement has three forms: what is sent, what may be shown (no secrets), and what may stand inside another one.
package struct SQL: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        /// Part of the text. The two forms differ where a secret is in it.
        case text(sent: String, shown: String)
        /// A parameter, and the constants that replace it where parameters are not allowed; nil for the string constant
        /// that its value is.
        case parameter(value: String?, type: String?, inlined: String?, shown: String?)
    }

    /// Replaces a secret wherever a statement is shown.
    package static let mask = "********"

    /// Begins a transaction of tscl's own, in which each statement sees what was committed before it. Under what a role or a
    /// database may have for its default, what is decided behind a lock would be decided by what was there before it.
    package static let begin: SQL = "BEGIN ISOLATION LEVEL READ COMMITTED"

    private(set) var pieces: [Piece]
    /// Whether a part of it is as somebody wrote it. In the rest every secret is marked as one, and so hidden at its
    /// place; in what was written it has to be searched for.
    package private(set) var isWritten: Bool

    init(pieces: [Piece], isWritten: Bool = false) {
        self.pieces = pieces
        self.isWritten = isWritten
    }

    /// A statement as somebody wrote it.
    ///
    /// - Parameter shown: the same without the secrets.
    package init(text: String, shown: String) {
        self.init(pieces: [.text(sent: text, shown: shown)], isWritten: true)
    }

    /// The text that is sent, its parameters written `$1`, `$2`…
    package var text: String {
        // What somebody wrote, as most is that is sent by thousands, is not put together anew.
        if pieces.count == 1, case .text(let sent, _) = pieces[0] { return sent }
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece {
            case .text(let sent, _): text += sent
            case .parameter(_, let type, _, _):
                number += 1
                text += "$\(number)" + (type.map { "::" + $0 } ?? "")
            }
        }
        return text
    }

    /// Whether it may commit the transaction that it is in. A comment in front hides what it is; then it may.
    package var mayCommit: Bool {
        ["", "COMMIT", "END", "PREPARE"].contains(firstWord)
    }

    /// The word that it begins with, in capitals, or its first letters; empty where something else is in front.
    package var firstWord: String {
        let letters = text.utf8.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.prefix {
            ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
        }
        // So many take no memory of their own.
        let most = 15
        return String(unsafeUninitializedCapacity: most) { word in
            var count = 0
            for letter in letters.prefix(most) {
                word[count] = letter & ~0x20
                count += 1
            }
            return count
        }
    }

    /// Whether it may drop or change a database, a role's settings or a node's address: an open session stays as it was,
    /// or is in the way. It is taken by its words, of which some may mean something else, and by those of a statement that
    /// is its parameter.
    package var mayUpsetServers: Bool {
        let text = inlined.lowercased()
        return ["alter", "database", "extension", "data_node"].contains { text.contains($0) }
    }

    /// The parameters, in the text format of their types; nil is NULL.
    package var values: [String?] {
        pieces.compactMap { piece -> String?? in
            if case .parameter(let value, _, _, _) = piece { .some(value) } else { nil }
        }
    }

    /// Exact SQL with constants in place of the parameters and ``mask`` in place of secrets, for people and logs.
    package var shown: String {
        pieces.map { piece in
            switch piece {
            case .text(_, let shown): shown
            case .parameter(let value, let type, _, let shown): Self.constant(shown, value, type)
            }
        }.joined()
    }

    /// Like ``shown``, but with the secrets. Use it only for a statement that is the argument of another one.
    package var inlined: String {
        pieces.map { piece in
            switch piece {
            case .text(let sent, _): sent
            case .parameter(let value, let type, let inlined, _): Self.constant(inlined, value, type)
            }
        }.joined()
    }

    private static func constant(_ text: String?, _ value: String?, _ type: String?) -> String {
        (text ?? value.map(Quoting.literal) ?? "NULL") + (type.map { "::" + $0 } ?? "")
    }

    static func + (first: SQL, second: SQL) -> SQL {
        SQL(pieces: first.pieces + second.pieces, isWritten: first.isWritten || second.isWritten)
    }
}

extension [SQL] {
    func joined(separator: String) -> SQL {
        var pieces: [SQL.Piece] = []
        for (index, part) in enumerated() {
            if index > 0 { pieces.append(.text(sent: separator, shown: separator)) }
            pieces += part.pieces
        }
        return SQL(pieces: pieces, isWritten: contains { $0.isWritten })
    }
}

extension SQL: CustomStringConvertible {
    /// Without the secrets, so that a statement printed by mistake reveals none.
    package var description: String { shown }
}
