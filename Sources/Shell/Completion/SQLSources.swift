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

    private static let introductions: Set<String> = ["FROM", "JOIN", "INTO", "UPDATE"]
    /// Behind these a table is called by its own name.
    private static let plainIntroductions: Set<String> = ["TABLE"]
    /// Key words that may come behind a table's name, and are no alias.
    private static let followers: Set<String> = [
        "ON", "USING", "WHERE", "SET", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "WINDOW", "FETCH", "FOR", "JOIN",
        "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "UNION", "EXCEPT", "INTERSECT", "VALUES", "SELECT",
        "RETURNING", "DEFAULT", "LATERAL", "TABLESAMPLE", "ONLY", "FROM", "AS",
    ]

    /// - Parameters:
    ///   - sql: a statement, which may be unfinished; of several, the last.
    ///   - rest: what stands behind it; the statement goes to the first `;` in it.
    init(_ sql: String, before rest: String = "") {
        let before = Self.tokens(of: sql)
        let start = before.lastIndex { $0.kind == .semicolon }.map { $0 + 1 } ?? 0
        tokens = (Array(before[start...]) + Self.tokens(of: rest).prefix { $0.kind != .semicolon })[...]
        let plain = Self.plainIntroductions.union(Self.plainIntroductions(of: tokens))
        // Each round takes at least one token.
        while let token = tokens.popFirst() {
            guard token.kind == .word else { continue }
            let word = token.text.uppercased()
            if Self.introductions.contains(word) {
                readList(mayBeCalled: true)
            } else if plain.contains(word) {
                readList(mayBeCalled: false)
            }
        }
    }

    private static func tokens(of sql: String) -> [Token] {
        var lexer = SQLLexer(sql)
        var tokens: [Token] = []
        while let token = lexer.next() { tokens.append((token.kind, lexer.text(of: token))) }
        return tokens
    }

    /// What introduces a table only in a statement of this kind.
    private static func plainIntroductions(of statement: ArraySlice<Token>) -> Set<String> {
        let words = statement.prefix { $0.kind == .word }.map { $0.text.uppercased() }
        switch words.first {
        case "COPY", "VACUUM", "ANALYZE": return Set(words.prefix(1))
        case "CREATE":
            // They may stand behind UNIQUE, OR REPLACE, or CONSTRAINT; further behind it may be anything's name.
            let isOnTable = words.dropFirst().prefix(3).contains { ["INDEX", "TRIGGER", "POLICY"].contains($0) }
            return isOnTable ? ["ON"] : []
        default: return []
        }
    }

    /// Reads tables with commas between.
    private mutating func readList(mayBeCalled: Bool) {
        while let source = readSource(mayBeCalled: mayBeCalled) {
            all.append(source)
            guard isNext(",") else { return }
            tokens.removeFirst()
        }
    }

    private mutating func readSource(mayBeCalled: Bool) -> Source? {
        while ["IF", "NOT", "EXISTS", "ONLY"].contains(where: isNext) { tokens.removeFirst() }
        guard var table = readName() else { return nil }
        while isNext("."), let part = tokens.dropFirst().first, Self.isName(part) {
            table += "." + part.text
            tokens.removeFirst(2)
        }
        guard mayBeCalled else { return Source(table: table, alias: nil) }
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
