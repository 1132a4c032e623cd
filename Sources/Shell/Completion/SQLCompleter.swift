import LineEditing

/// What may come next in SQL: its words, tables, and variables.
struct SQLCompleter {
    let names: CompletionNames

    /// - Parameters:
    ///   - text: the SQL up to the cursor.
    ///   - start: the byte offset of the SQL in the buffer.
    func complete(_ text: String, start: Int) -> Completion {
        let place = SQLCursor(text)
        let cursor = start + text.utf8.count
        let candidates: [Completion.Candidate]
        switch place.subject {
        case .nothing: return .nothing(at: cursor)
        case .variable(let quote):
            candidates = names.variables.filter { $0.hasPrefix(place.word) }.map {
                Completion.Candidate(insert: $0 + String(quote), label: $0)
            }
        case .table:
            candidates = tables(place.word)
        case .any where place.word.isEmpty: return .nothing(at: cursor)
        case .any:
            candidates = keywords(place.word) + tables(place.word)
        }
        return Completion(replacing: (cursor - place.word.utf8.count)..<cursor, candidates: candidates)
    }

    private func tables(_ beginning: String) -> [Completion.Candidate] {
        let wanted = beginning.lowercased()
        return names.tables.map(\.written).filter { written in
            let name = written.lowercased()
            // The quotes that a name needs may still have to come.
            return name.hasPrefix(wanted) || !wanted.isEmpty && name.first == "\"" && name.dropFirst().hasPrefix(wanted)
        }.map {
            Completion.Candidate(insert: $0 + " ", label: $0)
        }
    }

    /// In the case in which the word was begun.
    private func keywords(_ beginning: String) -> [Completion.Candidate] {
        let wanted = beginning.uppercased()
        return Self.keywords.filter { $0.hasPrefix(wanted) }.map { word in
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
