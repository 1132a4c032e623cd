package import MultiNode

/// The commands that make the roles of a cluster.
package struct RoleScript {
    /// The roles of the access node.
    package var own: [DatabaseRole]
    /// Those of each data node that answered.
    package var remote: [(node: String, roles: [DatabaseRole])]
    /// The nodes that did not answer.
    package var silentNodes: [String] = []
    /// The nodes that each role was granted the use of.
    package var grants: [String: [String]] = [:]
    /// The nodes that every role may use.
    package var publicNodes: [String] = []
    /// As whom the access node goes to the nodes.
    package var mappings = UserMappings()
    /// What roles of the access node have and no command makes: `(role, what)`.
    package var omissions: [(role: String, what: String)] = []
    /// One node of each server: what is not `role create`'s own to do must not be done twice on one.
    package var onePerServer: [String]
    /// The names of roles that are left out, as they are in another encoding.
    private var oddNames: [String] = []

    package init(own: [DatabaseRole], remote: [(node: String, roles: [DatabaseRole])]) {
        self.own = own
        self.remote = remote
        onePerServer = remote.map(\.node)
    }

    /// Leaves out the roles whose names are not UTF-8, and stand with `\xE9` in them: the script would make others.
    package mutating func leaveOutOddNames() {
        func isOdd(_ name: String) -> Bool { name.contains(#/\\x[89A-F][0-9A-F]/#) }
        oddNames = Set((own + remote.flatMap(\.roles)).map(\.name).filter(isOdd)).sorted()
        func plain(_ roles: [DatabaseRole]) -> [DatabaseRole] {
            roles.filter { !isOdd($0.name) }.map { role in
                DatabaseRole(
                    name: role.name, attributes: role.attributes, memberOf: role.memberOf.filter { !isOdd($0) },
                    isBootstrap: role.isBootstrap)
            }
        }
        own = plain(own)
        remote = remote.map { ($0.node, plain($0.roles)) }
    }

    package var lines: [String] {
        var lines = [
            ScriptLine.comment("passwords can't be read back: a role that logs in with one needs it set again")
        ]
        for name in oddNames {
            lines.append(ScriptLine.comment("role \(name): left out: its name is in another encoding than UTF-8"))
        }
        for node in silentNodes {
            lines.append(ScriptLine.comment("\(node) did not answer, and what roles it has is not known"))
        }
        let order = order
        let known = Self.byName(own)
        let places = remote.map { (node: $0.node, roles: Self.byName($0.roles)) }
        let omitted = Dictionary(grouping: omissions) { $0.role }
        for role in order {
            lines += creation(
                known[role], places.compactMap { place in place.roles[role].map { (place.node, $0) } })
            for (_, what) in omitted[role] ?? [] {
                lines.append(ScriptLine.comment("role \(role): left out: \(what)"))
            }
        }
        for role in order where known[role] != nil {
            if let nodes = grants[role], !nodes.isEmpty { lines.append(Self.grant(role, nodes)) }
        }
        if !publicNodes.isEmpty {
            lines.append(
                ScriptLine.command("role grant", ["public"], [.init("--nodes", ScriptLine.nodes(publicNodes))]))
        }
        // That of public last: from there on, who has none of his own is another role.
        let entries = mappings.entries.filter { $0.role != nil } + mappings.entries.filter { $0.role == nil }
        return lines + entries.flatMap(Self.mapping)
    }

    private static func mapping(_ entry: UserMappings.Entry) -> [String] {
        let role = entry.role ?? "public"
        guard let login = entry.login else {
            return [
                ScriptLine.comment("what the user mapping of \(role) on \(entry.node) says can't be seen as this role")
            ]
        }
        // There `public` in any case is everybody.
        guard entry.role == nil || role.lowercased() != "public" else { return [] }
        let options: [ScriptLine.Option] = [.init("--on", ScriptLine.nodes([entry.node])), .init("--as", login)]
        if !entry.holdsPassword { return [ScriptLine.command("role map", [role], options)] }
        // Without its password it would lead nowhere, and one of public would shut out who runs the script.
        return [
            ScriptLine.comment("a user mapping whose password can't be read back; this makes it:"),
            ScriptLine.comment(ScriptLine.command("role map", [role], options + [.init("--password-prompt")])),
        ]
    }

    /// Each role behind those that it is a member of anywhere.
    private var order: [String] {
        var merged: [String: DatabaseRole] = [:]
        for role in own + remote.flatMap(\.roles) where !role.isBootstrap {
            let known = merged[role.name]
            let groups = Set((known?.memberOf ?? []) + role.memberOf).sorted()
            merged[role.name] = DatabaseRole(name: role.name, attributes: role.attributes, memberOf: groups)
        }
        return Roles.creationOrder(merged.values.sorted { $0.name < $1.name }).map(\.name)
    }

    private static func byName(_ roles: [DatabaseRole]) -> [String: DatabaseRole] {
        Dictionary(roles.filter { !$0.isBootstrap }.map { ($0.name, $0) }) { first, _ in first }
    }

    /// - Parameters:
    ///   - own: the role as the access node has it, if it does.
    ///   - found: the nodes that have it, and as what.
    private func creation(_ own: DatabaseRole?, _ found: [(node: String, role: DatabaseRole)]) -> [String] {
        var groups: [(role: DatabaseRole, nodes: [String])] = []
        for (node, role) in found {
            if let same = groups.firstIndex(where: { $0.role == role }) {
                groups[same].nodes.append(node)
            } else {
                groups.append((role, [node]))
            }
        }
        let isEverywhere =
            silentNodes.isEmpty && groups.count == 1 && groups[0].nodes.count == remote.count
            && own.map { groups[0].role.agrees(with: $0) } ?? false
        var lines: [String] = []
        if let own {
            lines.append(
                Self.create(own, isEverywhere ? [.init("--everywhere")] : [], login: own.attributes.login == true))
            lines += rest(of: own, onNodes: nil)
        }
        for (role, nodes) in groups {
            if !isEverywhere { lines.append(Self.create(role, [.init("--on", ScriptLine.nodes(nodes))], login: false)) }
            lines += rest(of: role, onNodes: nodes.filter(onePerServer.contains))
        }
        return lines
    }

    /// - Parameter login: whether it is to be said; on data nodes every new role may log in.
    private static func create(_ role: DatabaseRole, _ scope: [ScriptLine.Option], login: Bool) -> String {
        let attributes = role.attributes
        var options = scope
        if login { options.append(.init("--login")) }
        if attributes.superuser == true { options.append(.init("--superuser")) }
        if attributes.createDatabase == true { options.append(.init("--createdb")) }
        if attributes.createRole == true { options.append(.init("--createrole")) }
        if attributes.replication == true { options.append(.init("--replication")) }
        if let limit = attributes.connectionLimit, limit != -1 {
            options.append(.init("--connection-limit", String(limit)))
        }
        if let time = attributes.validUntil, time != "infinity" { options.append(.init("--valid-until", time)) }
        if !role.memberOf.isEmpty { options.append(.init("--in-role", role.memberOf)) }
        return ScriptLine.command("role create", [role.name], options + [.init("--if-not-exists")])
    }

    /// The attributes that `role create` has no option for.
    ///
    /// - Parameter nodes: nil for the access node.
    private func rest(of role: DatabaseRole, onNodes nodes: [String]?) -> [String] {
        var attributes = RoleAttributes()
        if role.attributes.inherit == false { attributes.inherit = false }
        if role.attributes.bypassRowSecurity == true { attributes.bypassRowSecurity = true }
        if nodes != nil, role.attributes.login == false { attributes.login = false }
        guard nodes != [], let name = try? RoleName(role.name),
            let alter = Roles.statement(altering: name, attributes)?.text
        else { return [] }
        return [nodes.map { ScriptLine.exec(alter, on: $0) } ?? ScriptLine.sql(alter)]
    }

    private static func grant(_ role: String, _ nodes: [String]) -> String {
        // There `public` in any case is everybody; a role may be called so in capitals.
        if role.lowercased() == "public", let name = try? RoleName(role) {
            return NodeGrants.grant(on: nodes, to: [.role(name)]).statements.map { ScriptLine.sql($0.text) }
                .joined(separator: "\n")
        }
        return ScriptLine.command("role grant", [role], [.init("--nodes", ScriptLine.nodes(nodes))])
    }
}
