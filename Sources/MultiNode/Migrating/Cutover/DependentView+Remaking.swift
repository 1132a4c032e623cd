/// What takes a view out of the way, and makes it again.
extension DependentView {
    /// Takes a materialized one out of the way, with its indexes.
    func setAside(as mark: (String) -> String) -> [SQL] {
        guard kind == .materialized else { return [] }
        return ["ALTER MATERIALIZED VIEW \(qualified: name) RENAME TO \(identifier: mark(name.name))"]
            + indexes.map { index in
                let whole = TableName(schema: name.schema, name: index.name)
                return "ALTER INDEX \(qualified: whole) RENAME TO \(identifier: mark(index.name))"
            }
    }

    /// Gives a materialized one its name back.
    func bringBack(from mark: (String) -> String) -> [SQL] {
        guard kind == .materialized else { return [] }
        return ([name.name] + indexes.map(\.name)).enumerated().map { place, own in
            let marked = TableName(schema: name.schema, name: mark(own))
            let object: SQL = place == 0 ? "MATERIALIZED VIEW" : "INDEX"
            return "ALTER \(raw: object) \(qualified: marked) RENAME TO \(identifier: own)"
        }
    }

    /// Makes it again under its name. A materialized one is empty then: it is filled when nobody waits any more.
    var remaking: [SQL] {
        let query = SQL.fromCatalog(definition.trimmingSemicolon)
        switch kind {
        case .function: return [SQL.fromCatalog(definition)]
        case .view: return ["CREATE OR REPLACE VIEW \(qualified: name)\(raw: with) AS \(raw: query)"]
        case .materialized:
            var statements: [SQL] = [
                "CREATE MATERIALIZED VIEW \(qualified: name)\(raw: with) AS \(raw: query) WITH NO DATA"
            ]
            statements += indexes.map { SQL.fromCatalog($0.definition) }
            statements.append("ALTER MATERIALIZED VIEW \(qualified: name) OWNER TO \(identifier: owner)")
            statements += (grants + parts).map { SQL.fromCatalog($0) }
            if let comment {
                statements.append("COMMENT ON MATERIALIZED VIEW \(qualified: name) IS \(literal: comment)")
            }
            return statements
        }
    }

    /// On a server where it was made for the first time: it belongs to whom it belonged to, who may use it are the same, and
    /// what is written through it becomes what it did. Otherwise it would run with the rights of whoever migrates.
    var owning: [SQL] {
        switch kind {
        case .materialized: return []
        case .function: return grants.map { SQL.fromCatalog($0) }
        case .view:
            let comment = comment.map { ["COMMENT ON VIEW \(qualified: name) IS \(literal: $0)" as SQL] } ?? []
            return ["ALTER VIEW \(qualified: name) OWNER TO \(identifier: owner)"]
                + (grants + parts).map { SQL.fromCatalog($0) } + comment
        }
    }

    /// Drops it, and nothing with it.
    var dropping: SQL {
        switch kind {
        case .function: "DROP ROUTINE \(raw: SQL.fromCatalog(signature ?? name.quoted))"
        case .view: "DROP VIEW \(qualified: name)"
        case .materialized: "DROP MATERIALIZED VIEW \(qualified: name)"
        }
    }

    /// Fills a materialized one. It can't be done while anybody waits: it reads all that it is made of.
    package static func filling(_ name: TableName) -> SQL { "REFRESH MATERIALIZED VIEW \(qualified: name)" }

    package static func isFilled(_ name: TableName) -> SQL {
        """
        SELECT relispopulated FROM pg_catalog.pg_class
         WHERE oid = pg_catalog.to_regclass(\(literal: name.quoted))
        """
    }

    package static func count(_ name: TableName) -> SQL {
        "SELECT pg_catalog.count(*) AS rows FROM \(qualified: name)"
    }

    private var with: SQL {
        options.isEmpty ? "" : SQL.fromCatalog(" WITH (\(options.joined(separator: ", ")))")
    }
}

extension String {
    fileprivate var trimmingSemicolon: String {
        var text = self[...]
        while let last = text.last, last == ";" || last.isWhitespace { text.removeLast() }
        return String(text)
    }
}

extension SQL {
    /// A statement that PostgreSQL itself wrote, from its catalog.
    static func fromCatalog(_ text: String) -> SQL { SQL(pieces: [.text(sent: text, shown: text)]) }
}
