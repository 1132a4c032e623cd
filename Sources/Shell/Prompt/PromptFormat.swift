/// The format of the prompt: text with fields, each a `%` and a character.
package struct PromptFormat: Sendable, Equatable {
    /// A field, with the character after its `%`.
    package enum Field: Character, CaseIterable, Sendable {
        case database = "/"
        case accessNode = "m"
        case user = "n"
        case process = "p"
        case nodes = "N"
        case emulated = "e"
        case transaction = "x"
        case percent = "%"

        /// The explanation in the help.
        var meaning: String {
            switch self {
            case .database: "the database"
            case .accessNode: "the access node"
            case .user: "the role"
            case .process: "the process that serves one"
            case .nodes: "the data nodes that answer from here, of all (3/4; nothing while that is not known)"
            case .emulated: "the word emulated, where TimescaleDB is"
            case .transaction: "* in a transaction, ! in a failed one"
            case .percent: "a percent sign"
            }
        }
    }

    private enum Piece: Sendable, Equatable {
        case text(String)
        case field(Field)
    }

    /// `tscl dist@an1 3/4> `
    package static let standard = PromptFormat(
        text: "tscl %/@%m %N %e%x> ",
        pieces: [
            .text("tscl "), .field(.database), .text("@"), .field(.accessNode), .text(" "), .field(.nodes), .text(" "),
            .field(.emulated), .field(.transaction), .text("> "),
        ])

    /// The format as the user wrote it.
    package let text: String
    private let pieces: [Piece]

    private init(text: String, pieces: [Piece]) {
        self.text = text
        self.pieces = pieces
    }

    /// Why a text is not a valid format.
    package enum Problem: Error, Equatable {
        case unknownField(String)
        case controlCharacter
    }

    package init(_ text: String) throws(Problem) {
        var pieces: [Piece] = []
        var plain = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%" else {
                // A control character could move the cursor away from where the line is drawn.
                guard character.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
                    throw .controlCharacter
                }
                plain.append(character)
                continue
            }
            let name = rest.popFirst()
            guard let field = name.flatMap({ Field(rawValue: $0) }) else {
                throw .unknownField("%" + (name.map { String($0) } ?? ""))
            }
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
            pieces.append(.field(field))
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        self.init(text: text, pieces: pieces)
    }

    /// The prompt. An empty field is left out together with a blank before it.
    package func filled(_ value: (Field) -> String) -> String {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .field(let field):
                let value = value(field)
                if value.isEmpty, result.hasSuffix(" ") { result.removeLast() }
                result += value
            }
        }
        return result
    }
}
