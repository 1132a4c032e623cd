/// What the end of a piece of SQL is.
struct SQLCursor {
    enum Subject: Equatable {
        /// A table's name is due.
        case table
        /// What rows are read from: a table, or a function that returns them.
        case source
        /// What a COPY takes its rows from or gives them to, by its word: that of the stream.
        case stream(String)
        case any
        /// A column of the statement's tables, and nothing else.
        case column
        /// The name of a variable in `:'…'` or `:"…"`, and the quote that ends it.
        case variable(Character)
        /// A quote or comment.
        case nothing
    }

    private(set) var subject = Subject.any
    /// The word that the text ends in, with the quote that a table's name begins with, and no other.
    private(set) var word = ""

    private var characters: Substring.UnicodeScalarView
    private var lastWord = ""
    /// The word before that.
    private var earlierWord = ""
    /// The word that begins the statement; empty where none has.
    private var firstWord = ""
    /// Whether an ON comes before a table's name.
    private var isOnTable = false
    /// How many parentheses are open.
    private var depth = 0
    /// Whether the last word is a table's name, or the last part of one.
    private var isBehindTable = false
    private var isBehindBlank = true
    /// Whether the names of the table's columns stand in the parentheses that are open.
    private var isColumnList = false

    private var isCopy: Bool { firstWord == "COPY" }

    init(_ text: String) {
        characters = text.unicodeScalars[...]
        read()
    }

    private mutating func read() {
        var isBehindColon = false
        while let character = characters.first {
            defer { isBehindBlank = " \n\t\r".unicodeScalars.contains(character) }
            if character.properties.isAlphabetic || "_.0123456789".unicodeScalars.contains(character) {
                let text = String(characters.prefix(while: Self.isWordPart))
                characters = characters.dropFirst(text.unicodeScalars.count)
                if characters.isEmpty { word = text } else { note(text.uppercased()) }
                isBehindColon = false
                continue
            }
            characters.removeFirst()
            switch character {
            case "(", ")":
                depth += character == "(" ? 1 : -1
                isColumnList = character == "(" && isBehindTable && firstWord != "CREATE"
                (lastWord, isBehindTable) = ("", false)
            case "'", "\"":
                let isTable = character == "\"" && isNameOfTable
                guard skip(to: character, isVariable: isBehindColon) else { return }
                (lastWord, isBehindTable) = ("", isTable)
            case "-" where characters.first == "-":
                characters = characters.drop { $0 != "\n" }
                if characters.isEmpty { return subject = .nothing }
            case " ", "\n", "\t", "\r": break
            case ",": isBehindTable = false
            case ";":
                // Another statement begins.
                (firstWord, lastWord, earlierWord) = ("", "", "")
                (isOnTable, isBehindTable, depth) = (false, false, 0)
            default: (lastWord, isBehindTable) = ("", false)
            }
            isBehindColon = character == ":"
        }
        subject = isColumnList ? .column : due ?? .any
    }

    /// Whether what comes next is a table's name, or a further part of one: `public."Odd"`.
    private var isNameOfTable: Bool { due == .table || isBehindTable && !isBehindBlank }

    private mutating func note(_ word: String) {
        // These may stand before a table's name, and say nothing else.
        if due != nil, ["ONLY", "IF", "EXISTS"].contains(word) { return }
        isBehindTable = isNameOfTable
        if firstWord.isEmpty { firstWord = word }
        if firstWord == "CREATE", ["INDEX", "TRIGGER", "POLICY"].contains(word) { isOnTable = true }
        (earlierWord, lastWord) = (lastWord, word)
    }

    /// What the last word asks for.
    private var due: Subject? {
        switch lastWord {
        case "FROM" where isCopy && depth == 0: .stream("STDIN")
        case "TO" where isCopy && depth == 0: .stream("STDOUT")
        case "FROM" where earlierWord == "DELETE": .table
        case "FROM", "JOIN": .source
        case "INTO", "TABLE", "VACUUM": .table
        case "ON" where isOnTable && depth == 0: .table
        case "COLUMN" where firstWord == "ALTER" && ["ALTER", "DROP", "RENAME"].contains(earlierWord): .column
        case "COPY": isCopy ? .table : nil
        // They begin a statement, and elsewhere are a privilege, an event or how rows are locked.
        case "UPDATE", "TRUNCATE": ["", "EXPLAIN", "ANALYZE", "VERBOSE"].contains(earlierWord) ? .table : nil
        case "ANALYZE": earlierWord == "EXPLAIN" ? nil : .table
        default: nil
        }
    }

    private static func isWordPart(_ character: Unicode.Scalar) -> Bool {
        character.properties.isAlphabetic || "_.$0123456789".unicodeScalars.contains(character)
    }

    /// - Returns: false where the quote is open to the end.
    private mutating func skip(to quote: Unicode.Scalar, isVariable: Bool) -> Bool {
        if let end = characters.firstIndex(of: quote) {
            characters = characters[characters.index(after: end)...]
            return true
        }
        let name = String(characters)
        if isVariable, name.unicodeScalars.allSatisfy({ Self.isWordPart($0) && $0 != "." && $0 != "$" }) {
            subject = .variable(Character(quote))
            word = name
        } else if quote == "\"", [.table, .source].contains(due) {
            subject = .table
            word = "\"" + name
        } else {
            subject = .nothing
        }
        return false
    }
}
