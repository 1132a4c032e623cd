/// What a definition needs on the server that it is made on.
package struct MigrationNeed: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case schema, role, type, function, `operator`, collation, table, `extension`
        case operatorClass = "operator class"
        /// To use a schema: `name` is the schema, `bare` the role.
        case schemaRight = "schema right"
    }

    let kind: Kind
    /// As PostgreSQL writes it where `pg_catalog` alone is searched.
    let name: String
    /// The same without schema and arguments; of a role, what it can: `LOGIN`.
    let bare: String
    /// The statement that makes it; nil for what can't be brought along.
    let definition: String?
    /// To whom it belongs then.
    let owner: String?

    /// - Parameter row: of ``list(of:)``; nil for what is none.
    package init?(row: [String: String?]) {
        let row = Row(row)
        guard let kind = row["kind"].flatMap(Kind.init) else { return nil }
        self.kind = kind
        name = row["name"] ?? ""
        bare = row["bare"] ?? ""
        definition = row["definition"]
        owner = row["owner"]
    }

    /// The schema that it is in; nil where it is in none.
    var schema: String? {
        guard ![.schema, .role, .extension, .schemaRight].contains(kind) else { return nil }
        // What stands behind the name: of an operator that may have parentheses only there, too.
        return (try? TableName(String(name.prefix { $0 != "(" })))?.schema
    }

    /// In which order things are made.
    var place: Int {
        switch kind {
        case .role: 0
        case .extension: 1
        case .schema: 2
        case .schemaRight: 3
        default: 4
        }
    }

    /// The statements that make it.
    var creation: [SQL] {
        guard let definition else { return [] }
        let create = SQL(stringLiteral: definition)
        guard kind == .type, let owner else { return [create] }
        return [create, "ALTER TYPE \(raw: SQL(stringLiteral: name)) OWNER TO \(identifier: owner)"]
    }
}

/// What of the needs a server has.
package struct MigrationNeedsThere: Sendable {
    private var there: [String: String?] = [:]

    /// - Parameter rows: of ``MigrationNeed/present(_:)``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map(Row.init) where row.flag("is_there") {
            there[Self.key(row["kind"] ?? "", row["name"] ?? "", row["bare"] ?? "")] = .some(row["definition"])
        }
    }

    private static func key(_ kind: String, _ name: String, _ bare: String) -> String {
        "\(kind)\u{0}\(name)\u{0}\(bare)"
    }

    func has(_ need: MigrationNeed) -> Bool { there[Self.key(need.kind.rawValue, need.name, need.bare)] != nil }

    /// Whether it is there and defined otherwise.
    func differs(_ need: MigrationNeed) -> Bool {
        guard let wanted = need.definition, need.kind == .type,
            case .some(.some(let found)) = there[Self.key(need.kind.rawValue, need.name, need.bare)]
        else { return false }
        return wanted != found
    }
}
