extension PlainHypertable {
    /// The statements that make the empty table with all that belongs to it, in the order in which they run.
    ///
    /// - Parameters:
    ///   - target: of the server that they run on.
    ///   - defaultGrantees: who gets privileges there on each table that is made; an empty name for PUBLIC.
    package func statements(
        _ naming: MigrationNaming, _ target: Capabilities, defaultGrantees: [String] = []
    ) -> [SQL] {
        let table = naming.table(source)
        let columns = parts(.column).map(\.sql).joined(separator: ", ")
        var statements: [SQL] = []
        // A foreign key locks the table that it refers to, and whoever writes there waits behind it.
        if !parts(.foreignKey).isEmpty { statements.append("SET LOCAL lock_timeout = '5s'") }
        if !naming.isInPlace { statements += parts(.sequence).map(\.sql) }
        statements.append("CREATE TABLE \(qualified: table) (\(raw: columns))")
        statements.append("ALTER TABLE \(qualified: table) OWNER TO \(identifier: owner)")
        if !naming.isInPlace {
            statements += parts(.sequence).flatMap(ownership) + parts(.sequenceGrant).map(sequenceGrant)
        }
        statements += parts(.identity).map { identity($0, table, naming) }
        statements += parts(.check).map { constraint($0, $0.name, table) }
        statements += (parts(.columnOption) + parts(.option)).map { "ALTER TABLE \(qualified: table) \(raw: $0.sql)" }
        // On a hypertable a trigger can't be disabled.
        statements += parts(.trigger).flatMap { trigger($0, table) }
        statements += division(of: table, target)
        statements += parts(.key).map { constraint($0, naming.object($0.name), table) }
        statements += parts(.index).map { part in
            let name = naming.object(part.name)
            return "CREATE \(raw: part.headSQL)INDEX \(identifier: name) ON \(qualified: table) \(raw: part.sql)"
        }
        statements += parts(.indexOption).map { "ALTER INDEX \(qualified: index($0, naming)) \(raw: $0.sql)" }
        statements += parts(.foreignKey).map { constraint($0, $0.name, table) }
        statements += parts(.statistics).flatMap { self.statistics($0, table, naming) }
        statements += parts(.chosenIndex).map { part in
            "ALTER TABLE \(qualified: table) \(raw: part.sql) \(identifier: naming.object(part.name))"
        }
        statements += defaultGrantees.filter { $0 != owner }.map { grantee in
            "REVOKE ALL ON TABLE \(qualified: table) FROM \(raw: Self.role(grantee))"
        }
        // Those on a column are given on the compressed table, too, once it is there, which lacks the column in 2.14.
        statements += grants(on: table) + compressing(table)
        return statements + parts(.comment).map { comment($0, table, naming) }
    }

    /// For a table that is there without them: its identity columns.
    func identities(of table: TableName) -> [SQL] {
        parts(.identity).map { identity($0, table, MigrationNaming(isInPlace: false)) }
    }

    private func constraint(_ part: DefinitionPart, _ name: String, _ table: TableName) -> SQL {
        "ALTER TABLE \(qualified: table) ADD CONSTRAINT \(identifier: name) \(raw: part.sql)"
    }

    /// An index has the schema of its table.
    private func index(_ part: DefinitionPart, _ naming: MigrationNaming) -> TableName {
        TableName(schema: source.schema, name: naming.object(part.name))
    }

    /// A sequence that a column owns belongs to the role that owns the table.
    private func ownership(_ part: DefinitionPart) -> [SQL] {
        let sequence = TableName(schema: part.schema, name: part.name)
        let owner: SQL = "ALTER SEQUENCE \(qualified: sequence) OWNER TO \(identifier: part.head)"
        return part.state.isEmpty ? [owner] : [owner, part.stateSQL]
    }

    private func sequenceGrant(_ part: DefinitionPart) -> SQL {
        let sequence = TableName(schema: part.schema, name: part.name)
        let grantee = Self.role(part.definition)
        return "GRANT \(raw: part.headSQL) ON SEQUENCE \(qualified: sequence) TO \(raw: grantee)\(raw: part.stateSQL)"
    }

    private func identity(_ part: DefinitionPart, _ table: TableName, _ naming: MigrationNaming) -> SQL {
        let sequence = TableName(schema: part.schema, name: naming.object(part.name))
        return """
            ALTER TABLE \(qualified: table) ALTER COLUMN \(identifier: part.state) ADD GENERATED \(raw: part.headSQL) AS IDENTITY \
            (SEQUENCE NAME \(qualified: sequence) \(raw: part.sql))
            """
    }

    private func statistics(_ part: DefinitionPart, _ table: TableName, _ naming: MigrationNaming) -> [SQL] {
        let name = TableName(schema: part.schema, name: naming.object(part.name))
        var statements: [SQL] = [
            "CREATE STATISTICS \(qualified: name)\(raw: part.sql) FROM \(qualified: table)"
        ]
        if let target = Int(part.state), target >= 0 {
            statements.append("ALTER STATISTICS \(qualified: name) SET STATISTICS \(literal: target)")
        }
        statements.append("ALTER STATISTICS \(qualified: name) OWNER TO \(identifier: part.head)")
        return statements
    }

    private func trigger(_ part: DefinitionPart, _ table: TableName) -> [SQL] {
        let create: SQL = "\(raw: part.headSQL) ON \(qualified: table) \(raw: part.sql)"
        if part.state.isEmpty { return [create] }
        return [create, "ALTER TABLE \(qualified: table) \(raw: part.stateSQL) TRIGGER \(identifier: part.name)"]
    }

    /// - Parameter name: empty for everybody.
    private static func role(_ name: String) -> SQL { name.isEmpty ? "PUBLIC" : "\(identifier: name)" }

    private func grants(on table: TableName) -> [SQL] {
        parts(.revoke).map { "REVOKE \(raw: $0.headSQL) ON TABLE \(qualified: table) FROM \(identifier: owner)" }
            + parts(.grant).map { part in
                let grantee = Self.role(part.name)
                return "GRANT \(raw: part.headSQL) ON TABLE \(qualified: table) TO \(raw: grantee)\(raw: part.stateSQL)"
            }
    }

    private func comment(_ part: DefinitionPart, _ table: TableName, _ naming: MigrationNaming) -> SQL {
        let isKey = parts(.key).contains { $0.name == part.name }
        let name = isKey || part.head != "CONSTRAINT" ? naming.object(part.name) : part.name
        let subject: SQL =
            switch part.head {
            case "TABLE": "\(qualified: table)"
            case "COLUMN": "\(qualified: table).\(identifier: part.name)"
            case "CONSTRAINT": "\(identifier: name) ON \(qualified: table)"
            case "TRIGGER": "\(identifier: part.name) ON \(qualified: table)"
            default: "\(qualified: TableName(schema: part.schema ?? source.schema, name: name))"
            }
        return "COMMENT ON \(raw: part.headSQL) \(raw: subject) IS \(literal: part.definition)"
    }
}
