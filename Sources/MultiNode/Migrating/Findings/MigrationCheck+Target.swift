extension MigrationCheck {
    /// What the server is, and what this role may do there.
    var ofServer: [MigrationFinding] {
        var findings = facts.naming.isInPlace ? [] : ofOtherServer
        func add(_ name: MigrationFinding.Name, _ text: String, _ remedy: String) {
            findings.append(MigrationFinding(.error, name, place, text, remedy: remedy))
        }
        let user = Quoting.identifier(facts.target.user)
        if !facts.source.isSuperuser {
            findings.append(
                MigrationFinding(
                    .error, .rights, Finding.accessNode,
                    "\(facts.source.user) is no superuser: the cut-over closes the old table with a trigger, whose function TimescaleDB makes anew on each data node",
                    remedy: "connect as a superuser: -U NAME"))
        }
        if !["UTF8", "SQL_ASCII"].contains(facts.source.encoding) {
            findings.append(
                MigrationFinding(
                    .warning, .mixedEncodings, Finding.accessNode,
                    "its encoding is \(facts.source.encoding): what clients of another one have written through it, as those of UTF-8, stands on the data nodes in theirs, and TimescaleDB gives it back to them as it stands; once the table is a plain one, it is read as what it is there, as 'Ã©' for 'é'",
                    remedy:
                        "look on a data node whether values beyond ASCII are right there, with a session in \(facts.source.encoding); what is not can be mended when the table is a plain one: UPDATE … SET v = convert_from(convert_to(v, '\(facts.source.encoding)'), 'UTF8') WHERE …"
                ))
        }
        if facts.target.isInRecovery {
            add(.wrongTarget, "it is a standby: nothing can be made there", "name its primary")
        }
        if facts.server.license == "apache", facts.definitions.contains(where: { $0.compression != nil }) {
            add(
                .license, "its license setting, apache, has no compression",
                "set it there: ALTER SYSTEM SET timescaledb.license = 'timescale', and start the server anew")
        }
        if !facts.server.mayCreateSchemas, !facts.hasStore {
            let database = Quoting.identifier(facts.target.database)
            add(
                .rights, "\(facts.target.user) may not make the schema tscl_migrate there",
                "on it: GRANT CREATE ON DATABASE \(database) TO \(user)")
        }
        findings += facts.server.publications.map(ofPublication)
        for schema in facts.server.closedSchemas {
            add(
                .rights, "\(facts.target.user) may not make tables in the schema \(schema)",
                "on it: GRANT CREATE ON SCHEMA \(Quoting.identifier(schema)) TO \(user)")
        }
        return findings
    }

    /// - Parameter name: of one that has every table.
    private func ofPublication(_ name: String) -> MigrationFinding {
        let publication = Quoting.identifier(name)
        let named =
            "name its tables there: DROP PUBLICATION \(publication); CREATE PUBLICATION \(publication) FOR TABLE …"
        if facts.target.refusesPublishedTables {
            return MigrationFinding(
                .error, .publications, place,
                "the publication \(name) has all tables, and then TimescaleDB \(facts.target.versionText) makes no hypertable",
                remedy: named)
        }
        return MigrationFinding(
            .warning, .publications, place,
            "the publication \(name) has all tables, and so the new ones with their chunks: what is copied goes to its subscribers, which end with an error where they have no such table; a table without a primary key takes no UPDATE and no DELETE then",
            remedy: named)
    }

    private var ofOtherServer: [MigrationFinding] {
        let (source, target) = (facts.source, facts.target)
        var findings: [MigrationFinding] = []
        func add(_ severity: Finding.Severity, _ name: MigrationFinding.Name, _ text: String, _ remedy: String) {
            findings.append(MigrationFinding(severity, name, Self.target, text, remedy: remedy))
        }
        if target.isSameDatabase(as: source) {
            add(
                .error, .wrongTarget, "it is the access node itself",
                "leave out --to: then the tables stay where they are")
        } else if case .dataNode = target.role {
            add(
                .error, .wrongTarget, "its database is a data node of a cluster", "name a database that belongs to none"
            )
        }
        if let refusal = target.refusalToTake(from: source) { add(.error, .version, refusal.text, refusal.remedy) }
        if target.encoding != source.encoding {
            add(
                .error, .encoding, "its encoding is \(target.encoding), and \(source.encoding) here",
                "make the database anew: CREATE DATABASE … ENCODING '\(source.encoding)' TEMPLATE template0")
        }
        if let order = otherTextOrder { add(.warning, .collation, order.text, order.remedy) }
        if Self.zone(facts.server.timezone) != Self.zone(facts.sourceServer.timezone) {
            add(
                .warning, .timezone,
                "its time zone is \(facts.server.timezone), and \(facts.sourceServer.timezone) here",
                "on it: ALTER DATABASE \(Quoting.identifier(target.database)) SET timezone = \(Quoting.literal(facts.sourceServer.timezone))"
            )
        }
        let owners = Set(facts.definitions.map(\.owner)).subtracting([target.user])
        if !target.isSuperuser, !owners.isEmpty {
            add(
                .error, .rights,
                "\(target.user) is no superuser there, and can't give tables to \(owners.sorted().listed)",
                "name a superuser in --to: user=NAME")
        }
        let triggered = facts.definitions.filter { !$0.parts(.trigger).isEmpty }.map(\.source.shownName)
        if !target.isSuperuser, !triggered.isEmpty {
            add(
                .error, .rights,
                "\(target.user) is no superuser there, and can't keep the triggers of \(triggered.listed) from firing for what is copied",
                "name a superuser in --to: user=NAME")
        }
        return findings
    }

    /// That text is ordered otherwise there than here.
    private var otherTextOrder: (text: String, remedy: String)? {
        let (source, target) = (facts.source, facts.target)
        let compressed = "chunks that are compressed in an order of text are compressed anew there"
        if target.collation != source.collation || target.characterClassification != source.characterClassification {
            return (
                "its text is ordered by \(target.collation) (\(target.characterClassification)), and by "
                    + "\(source.collation) (\(source.characterClassification)) here: \(compressed)",
                "make the database anew: CREATE DATABASE … LOCALE '\(source.collation)' TEMPLATE template0"
            )
        }
        let (here, there) = (facts.sourceServer.textOrder, facts.server.textOrder)
        if let here, here == there { return nil }
        let unknown = "an unknown order"
        return (
            "its text is ordered by \(there ?? unknown), and by \(here ?? unknown) here (provider, locale, version): \(compressed)",
            "queries may sort and compare text otherwise there; a database of the same provider and locale, on a server with the same version of its library, does not"
        )
    }

    /// UTC has several names.
    private static func zone(_ name: String) -> String {
        let short = name.hasPrefix("Etc/") ? String(name.dropFirst(4)) : name
        return ["UTC", "UCT", "GMT", "GMT0", "Greenwich", "Universal", "Zulu"].contains(short) ? "UTC" : name
    }

    var ofNames: [MigrationFinding] {
        let taken = facts.server.taken.map { name in
            MigrationFinding(
                .error, .nameTaken, place, "there is something of the name \(name.shownName) already",
                remedy: "rename or drop it, unless it is of use")
        }
        return taken + shortened
    }

    /// Long names are cut off to make room for what tells old and new apart, and may then be the same.
    private var shortened: [MigrationFinding] {
        let names = MigrationFacts.names(facts.definitions, facts.naming)
        let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
        return twice.map(\.shownName).sorted().map { name in
            MigrationFinding(
                .error, .nameTaken, place, "two things would be called \(name), as PostgreSQL has no longer names",
                remedy: "give one of them a shorter name: ALTER INDEX or ALTER TABLE … RENAME CONSTRAINT")
        }
    }

    /// What the definitions need on another server, and is not there.
    var ofNeeds: [MigrationFinding] {
        guard !facts.naming.isInPlace else { return [] }
        // In the order in which they can be made. A schema is made by 'migrate start', unless what is to be there before is in it.
        let needs = facts.needs.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
            .map(\.element)
        let wanted = Set(
            needs.filter { $0.definition == nil && !facts.there.has($0) && !isDistributed($0) }.compactMap(\.schema))
        return needs.compactMap { need in
            func error(_ name: MigrationFinding.Name, _ text: String, _ remedy: String) -> MigrationFinding {
                MigrationFinding(.error, name, Self.target, text, remedy: remedy)
            }
            if facts.there.differs(need) {
                return error(
                    .typeDiffers, "the type \(need.name) is not the one of here: \(need.definition ?? "")",
                    "make it the same, or drop it")
            }
            guard !facts.there.has(need) else { return nil }
            if need.kind == .schema, wanted.contains(need.name), let creation = need.definition {
                return error(
                    .missing, "the schema \(need.name) is missing, which the next are in", "on it: \(creation)")
            }
            if need.kind == .schemaRight {
                // With a schema that is made, its rights are.
                guard facts.hasSchema(need.name), let grant = need.definition else { return nil }
                return error(.schemaRights, "\(need.bare) may not use the schema \(need.name)", "on it: \(grant)")
            }
            guard need.definition == nil else { return nil }
            return error(.missing, "the \(need.kind.rawValue) \(need.name) is missing", remedy(for: need))
        }
    }

    private func isDistributed(_ need: MigrationNeed) -> Bool { need.kind == .table && need.bare == "distributed" }

    private func remedy(for need: MigrationNeed) -> String {
        switch need.kind {
        case .role:
            "on it: CREATE ROLE \(Quoting.identifier(need.name))\(need.bare.isEmpty ? "" : " \(need.bare)"); 'pg_dumpall --roles-only' of here has its password and the rest"
        case .extension: "on it: CREATE EXTENSION \(Quoting.identifier(need.name))"
        case .table where isDistributed(need):
            "it goes over, too, where it is named with this one, or no table is named"
        case .table: "take it over first, with its rows, or drop what needs it: \(facts.bringing(need.name))"
        case .function: "make it there, as pg_get_functiondef shows it here"
        default: "make it there, as pg_dump --schema-only writes it"
        }
    }
}

extension MigrationFacts {
    func hasSchema(_ name: String) -> Bool {
        needs.contains { $0.kind == .schema && $0.name == name && there.has($0) }
    }

    /// The statements that make on another server what the tables need and it lacks.
    package var preparation: [SQL] {
        guard !naming.isInPlace else { return [] }
        return needs.filter { need in
            guard need.definition != nil, !there.has(need) else { return false }
            return need.kind != .schemaRight || !hasSchema(need.name)
        }.flatMap(\.creation)
    }
}
