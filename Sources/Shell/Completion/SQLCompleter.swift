import LineEditing

/// What may come next in SQL: its words, tables and their columns, functions, and variables.
struct SQLCompleter {
    let names: CompletionNames

    /// - Parameters:
    ///   - text: the SQL up to the cursor.
    ///   - rest: the SQL behind it: the tables of a statement stand behind the columns that it selects.
    ///   - start: the byte offset of the SQL in the buffer.
    func complete(_ text: String, before rest: String = "", start: Int) -> Completion {
        let cursor = start + text.utf8.count
        guard let sql = SQLAroundCursor(text, before: rest) else { return .nothing(at: cursor) }
        let place = SQLCursor(sql.before)
        func columns() -> [Completion.Candidate] {
            self.columns(
                of: SQLSources(String(sql.before.dropLast(place.word.count)), before: sql.behind), place.word)
        }
        let candidates: [Completion.Candidate]
        switch place.subject {
        case .nothing: return .nothing(at: cursor)
        case .variable(let quote):
            candidates = names.variables.filter { $0.hasPrefix(place.word) }.map {
                Completion.Candidate(insert: $0 + String(quote), label: $0)
            }
        case .table:
            candidates = tables(place.word)
        case .source:
            candidates = tables(place.word) + (place.word.isEmpty ? [] : functions(place.word))
        case .stream(let word):
            candidates = keywords(place.word, of: [word])
        case .column:
            candidates = columns()
        case .any:
            let columns = columns()
            guard !place.word.isEmpty else {
                candidates = forms(ofCallOpenAtTheEndOf: sql.before) + columns
                break
            }
            candidates = columns + (place.word.contains(".") && !columns.isEmpty ? [] : others(place.word))
        }
        return Completion(replacing: (cursor - place.word.utf8.count)..<cursor, candidates: candidates)
    }

    private func others(_ beginning: String) -> [Completion.Candidate] {
        keywords(beginning, of: Self.keywords) + tables(beginning) + functions(beginning)
    }

    private func tables(_ beginning: String) -> [Completion.Candidate] {
        let wanted = beginning.lowercased()
        // What the system has, nobody wants to see who has not begun to write it.
        let system = wanted.isEmpty ? [] : names.relations.filter(\.isSystem).map(\.written)
        return (names.tables.map(\.written) + system).filter { written in
            let name = written.lowercased()
            // The quotes that a name needs may still have to come.
            return name.hasPrefix(wanted) || !wanted.isEmpty && name.first == "\"" && name.dropFirst().hasPrefix(wanted)
        }.map {
            Completion.Candidate(insert: $0 + " ", label: $0)
        }
    }

    /// The columns of the statement's tables; behind a table's name and a dot only its own.
    private func columns(of sources: SQLSources, _ beginning: String) -> [Completion.Candidate] {
        let dot = beginning.lastIndex(of: ".")
        let qualifier = dot.map { beginning[..<$0].lowercased() }
        let before = dot.map { String(beginning[...$0]) } ?? ""
        let wanted = beginning.dropFirst(before.count).lowercased()
        var seen: Set<String> = []
        return sources.all.flatMap { source -> [Completion.Candidate] in
            let written = source.table.lowercased()
            let called = source.alias?.lowercased()
            let last = written.split(separator: ".").last.map(String.init)
            if let qualifier, qualifier != called, called != nil || (qualifier != written && qualifier != last) {
                return []
            }
            let relation = names.relations.first { $0.written.lowercased() == written }
            return (relation?.columns ?? []).filter { $0.lowercased().hasPrefix(wanted) && seen.insert($0).inserted }
                .map { Completion.Candidate(insert: before + $0, label: $0, summary: source.alias ?? source.table) }
        }
    }

    private func functions(_ beginning: String) -> [Completion.Candidate] {
        let wanted = beginning.lowercased()
        return names.functions.filter { $0.name.hasPrefix(wanted) }.flatMap { function -> [Completion.Candidate] in
            let insert = function.name + (function.forms == [""] ? "()" : "(")
            guard function.forms.count > Self.mostForms else { return candidates(function, insert: insert) }
            // All of them are listed behind its parenthesis.
            return [
                Completion.Candidate(
                    insert: insert, label: "\(function.name)(\(function.forms[0]))",
                    summary: "and \(function.forms.count - 1) other forms")
            ]
        }
    }

    /// The most forms of a function that are listed among other functions.
    private static let mostForms = 3

    /// Each form of a function.
    private func candidates(_ function: CompletionNames.Function, insert: String) -> [Completion.Candidate] {
        function.forms.map { Completion.Candidate(insert: insert, label: "\(function.name)(\($0))") }
    }

    /// The forms of a function of which the parenthesis has just been opened, where there are several. They are to be
    /// looked at; there is nothing to put in.
    private func forms(ofCallOpenAtTheEndOf sql: String) -> [Completion.Candidate] {
        guard sql.hasSuffix("(") else { return [] }
        let name = sql.dropLast().reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let called = String(name.reversed()).lowercased()
        guard let function = names.functions.first(where: { $0.name == called }), function.forms.count > 1 else {
            return []
        }
        return candidates(function, insert: "")
    }

    /// In the case in which the word was begun.
    private func keywords(_ beginning: String, of all: [String]) -> [Completion.Candidate] {
        let wanted = beginning.uppercased()
        return all.filter { $0.hasPrefix(wanted) }.map { word in
            let text = beginning == wanted ? word : word.lowercased()
            return Completion.Candidate(insert: text + " ", label: text)
        }
    }

    /// Those that people write in full by hand (PostgreSQL manual, appendix C, has all).
    private static let keywords = [
        "ALTER", "ANALYZE", "AND", "BETWEEN", "CASCADE", "CASE", "COMMENT", "COUNT", "CREATE", "DATABASE", "DEFAULT",
        "DELETE", "DESC", "DISTINCT", "DROP", "ELSE", "EXISTS", "EXPLAIN", "EXTENSION", "FALSE", "FROM", "FULL",
        "FUNCTION", "GRANT", "GROUP BY", "HAVING", "INDEX", "INNER", "INSERT INTO", "INTERVAL", "JOIN", "LATERAL",
        "LEFT", "LIKE", "LIMIT", "MATERIALIZED", "NULL", "OFFSET", "ORDER BY", "OUTER", "PRIMARY KEY", "PROCEDURE",
        "REFERENCES", "REINDEX", "RETURNING", "REVOKE", "RIGHT", "ROLE", "SCHEMA", "SELECT", "SEQUENCE", "SHOW",
        "TABLE", "TRUE", "TRUNCATE", "UNION", "UNIQUE", "UPDATE", "USING", "VACUUM", "VALUES", "VIEW", "WHERE", "WITH",
    ]
}
