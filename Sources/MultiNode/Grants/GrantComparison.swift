/// Compares what the roles may do on a data node, and how hypertables are compressed there, with the access node.
package struct GrantComparison: Sendable {
    private let tables: SharedTables
    private let own: ServerGrants

    /// - Parameter own: the access node's.
    package init(_ tables: SharedTables, _ own: ServerGrants) {
        self.tables = tables
        self.own = own
    }

    /// How privileges differ. A role that is missing on the node is no matter of grants, and a superuser needs none.
    ///
    /// - Parameters:
    ///   - roles: the roles of the node's server.
    ///   - ownRoles: the names of the access node's.
    package func differences(
        on node: String, _ theirs: ServerGrants, roles: [String: DatabaseRole], ownRoles: Set<String>
    ) -> [GrantDifference] {
        objects(on: node, theirs, roles).flatMap { object, place in
            let difference = { (role: String?, kind: GrantDifference.Kind) in
                GrantDifference(node: node, object: object, place: place, role: role, kind: kind)
            }
            var found: [GrantDifference] = []
            if let owner = own.owners[object], let other = theirs.owners[object], owner.name != other.name,
                roles[owner.name] != nil, !(owner.isSuperuser && other.isSuperuser)
            {
                found.append(difference(owner.name, .owner(other.name)))
            }
            let granted = own.grants[object] ?? [:]
            let grantees = Set(granted.keys).union((theirs.grants[object] ?? [:]).keys)
            for grantee in grantees.sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
                if let grantee, roles[grantee].map({ $0.attributes.superuser == true }) ?? true { continue }
                let lacking = (granted[grantee] ?? [:]).filter {
                    !theirs.has($0.key, grantee, on: object, grantable: $0.value)
                }
                if !lacking.isEmpty {
                    found.append(
                        difference(
                            grantee,
                            .lacking(
                                lacking.filter { !$0.value }.keys.sorted(),
                                grantable: lacking.filter(\.value).keys.sorted())))
                }
                // What a role of the node alone may do there is nobody else's business.
                if let grantee, !ownRoles.contains(grantee) { continue }
                let surplus = (theirs.grants[object]?[grantee] ?? [:]).keys.sorted().filter {
                    !own.has($0, grantee, on: object) && !Self.isUsual($0, grantee, on: object)
                }
                if !surplus.isEmpty { found.append(difference(grantee, .surplus(surplus))) }
            }
            return found
        }
    }

    /// What can be compared, with its name on the node.
    private func objects(
        on node: String, _ theirs: ServerGrants, _ roles: [String: DatabaseRole]
    ) -> [(GrantedObject, place: String)] {
        let all = Set(own.owners.keys).union(theirs.owners.keys)
        return all.compactMap { object -> (GrantedObject, place: String)? in
            switch object {
            case .schema(let name):
                return own.owners[object] == nil || theirs.owners[object] == nil
                    ? nil : (object, Quoting.identifier(name))
            case .table(let table):
                return Self.place(of: table, theirs).map { (object, $0.quoted) }
            case .newTables(let role, let schema):
                guard roles[role] != nil else { return nil }
                guard let schema else { return (object, "") }
                return theirs.owners[.schema(schema)].map { _ in (object, Quoting.identifier(schema)) }
            }
        }.sorted { Self.order($0.0) < Self.order($1.0) }
    }

    /// A hypertable's name on the node, once its schema has the name that it should have.
    private static func place(of table: TableName, _ theirs: ServerGrants) -> TableName? {
        guard let name = theirs.names[table] else { return nil }
        return theirs.owners[.schema(table.schema ?? "public")] == nil
            ? TableName(schema: table.schema, name: name.name) : name
    }

    /// Schemas come first, because without them the rest is of no use.
    private static func order(_ object: GrantedObject) -> String {
        switch object {
        case .schema: "1\(object)"
        case .table: "2\(object)"
        case .newTables: "3\(object)"
        }
    }

    /// Until PostgreSQL 14 everyone may make tables in `public`; a database keeps that when it is upgraded.
    private static func isUsual(_ privilege: String, _ grantee: String?, on object: GrantedObject) -> Bool {
        grantee == nil && privilege == "CREATE" && object == .schema("public")
    }

    // MARK: Schemas and compression

    /// Schemas that the node lacks, and hypertables that are compressed otherwise there.
    package func findings(on node: String, _ theirs: ServerGrants) -> [Finding] {
        schemas(on: node, theirs) + compression(on: node, theirs)
    }

    private func schemas(on node: String, _ theirs: ServerGrants) -> [Finding] {
        tables.schemas.filter { own.owners[.schema($0)] != nil && theirs.owners[.schema($0)] == nil }.map { schema in
            let quoted = Quoting.identifier(schema)
            let former = theirs.names.sorted { $0.key.description < $1.key.description }
                .first { $0.key.schema == schema && $0.value.schema != schema }?.value.schema
            if let former {
                return Finding(
                    .error, node,
                    "the schema \(schema) is called \(former) there: it was renamed on the access node alone",
                    remedy: "exec --on \(word: node) ALTER SCHEMA \(Quoting.identifier(former)) RENAME TO \(quoted)")
            }
            let owner = own.owners[.schema(schema)].map { " AUTHORIZATION \(Quoting.identifier($0.name))" } ?? ""
            return Finding(
                .warning, node, "the schema \(schema) is missing: no hypertable of it can be made there, or attached",
                remedy: "exec --on \(word: node) CREATE SCHEMA \(quoted)\(owner)")
        }
    }

    private func compression(on node: String, _ theirs: ServerGrants) -> [Finding] {
        theirs.names.keys.sorted { $0.description < $1.description }.compactMap { table in
            guard let place = Self.place(of: table, theirs) else { return nil }
            let (wanted, actual) = (own.compression[table], theirs.compression[table])
            guard wanted != actual else { return nil }
            let exec = "exec --on \(Quoting.word(node)) ALTER TABLE \(place.quoted) SET "
            guard let wanted else {
                return Finding(
                    .warning, node, "\(table) is set up to be compressed there, and not on the access node",
                    remedy: exec + "(timescaledb.compress = false)")
            }
            return Finding(
                actual == nil ? .error : .warning, node,
                actual == nil
                    ? "\(table) is not set up to be compressed there: its chunks on the node can't be"
                    : "\(table) is compressed with other settings there than on the access node",
                remedy: exec + "(\(wanted.options))")
        }
    }
}
