import CommandLanguage

/// The tables that a statement reads or writes, with the names that they have in it.
struct SQLSources {
    struct Source: Equatable {
        /// As it is written: `metrics`, `public."Odd"`.
        let table: String
        /// What it is called in the statement; nil where it has its own name.
        let alias: String?
    }

    private(set) var all: [Source] = []
    private var tokens: ArraySlice<Token>

    private typealias Token = (kind: SQLLexer.Kind, text: String)

    private static let introductions: Set<String> = ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"]
    /// Key words that may come behind a table's name, and are no alias.
    private static let followers: Set<String> = [
        "ON", "USING", "WHERE", "SET", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "WINDOW", "FETCH", "FOR", "JOIN",
        "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "UNION", "EXCEPT", "INTERSECT", "VALUES", "SELECT",
        "RETURNING", "DEFAULT", "LATERAL", "TABLESAMPLE", "ONLY", "FROM", "AS",
    ]

    /// - Parameter sql: a statement, which may be unfinished.
    init(_ sql: String) {
        var lexer = SQLLexer(sql)
        var tokens: [Token] = []
        while let token = lexer.next() { tokens.append((token.kind, lexer.text(of: token))) }
        self.tokens = tokens[...]
        // Each round takes at least one token.
        while let token = self.tokens.popFirst() {
            guard token.kind == .word, Self.introductions.contains(token.text.uppercased()) else { continue }
            readList()
        }
    }

    /// Reads tables with commas between.
    private mutating func readList() {
        while let source = readSource() {
            all.append(source)
            guard isNext(",") else { return }
            tokens.removeFirst()
        }
    }

    private mutating func readSource() -> Source? {
        if isNext("ONLY") { tokens.removeFirst() }
        guard var table = readName() else { return nil }
        while isNext("."), let part = tokens.dropFirst().first, Self.isName(part) {
            table += "." + part.text
            tokens.removeFirst(2)
        }
        if isNext("AS") { tokens.removeFirst() }
        return Source(table: table, alias: readName())
    }

    /// Takes a name; nil where none comes next.
    private mutating func readName() -> String? {
        guard let next = tokens.first, Self.isName(next),
            next.kind == .identifier || !Self.followers.contains(next.text.uppercased())
        else { return nil }
        return tokens.popFirst()?.text
    }

    private func isNext(_ text: String) -> Bool { tokens.first?.text.uppercased() == text }

    private static func isName(_ token: Token) -> Bool { token.kind == .word || token.kind == .identifier }
}
