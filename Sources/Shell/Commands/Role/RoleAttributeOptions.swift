import ClusterAccess
import CommandLanguage
import MultiNode

/// The options that give a role attributes and, in `role alter`, take them away.
enum RoleAttributeOptions {
    /// An attribute that is either on or off.
    private struct Switch: Sendable {
        let on: Flag
        let off: Flag
        let attribute: any WritableKeyPath<RoleAttributes, Bool?> & Sendable

        init(
            _ name: String, _ summary: String, _ attribute: any WritableKeyPath<RoleAttributes, Bool?> & Sendable
        ) {
            on = Flag("--\(name)", summary)
            off = Flag("--no-\(name)", "Take that away")
            self.attribute = attribute
        }
    }

    private static let switches = [
        Switch("login", "It may log in; on data nodes every role may", \.login),
        Switch("superuser", "It may do everything", \.superuser),
        Switch("createdb", "It may create databases", \.createDatabase),
        Switch("createrole", "It may create roles", \.createRole),
        Switch("replication", "It may replicate", \.replication),
    ]

    static let inRole = Option<[Argument]>("--in-role", "ROLE", .role, "It becomes a member of these roles")
    static let inRoleToo = Option<[Argument]>("--in-role", "ROLE", .role, "It becomes a member of these roles too")
    static let notInRole = Option<[Argument]>(
        "--not-in-role", "ROLE", .role, "It is no longer a member of these roles")
    static let grantNodes = Option<[Argument]>(
        "--grant-nodes", "NODES", .nodes, "It may use these data nodes (USAGE on their servers)")
    private static let connectionLimit = Option<Int?>(
        "--connection-limit", "N", -1...1_000_000, "How many connections it may have; -1: any")
    private static let validUntil = Option<Argument?>(
        "--valid-until", "TIME", .text, "When its password ends; 'infinity' is never")

    /// The options for a new role.
    static let giving: [any OptionKey] = switches.map(\.on) + [inRole, connectionLimit, validUntil]

    /// The options for an existing role.
    static let changing: [any OptionKey] =
        switches.flatMap { [$0.on, $0.off] } + [inRoleToo, notInRole, connectionLimit, validUntil]

    /// No attribute is given and taken away at once.
    static let contraries: [Constraint] = switches.map { .exclusive([$0.on, $0.off]) }

    /// The attributes that the options name. The others are nil: PostgreSQL then uses its defaults or changes nothing.
    static func attributes(_ arguments: Arguments) -> RoleAttributes {
        var attributes = RoleAttributes()
        for flag in switches {
            if arguments[flag.on] { attributes[keyPath: flag.attribute] = true }
            if arguments[flag.off] { attributes[keyPath: flag.attribute] = false }
        }
        attributes.connectionLimit = arguments[connectionLimit]
        attributes.validUntil = arguments[validUntil]?.text
        return attributes
    }

    /// The options that give a role something, as they were given, for a command that is advised.
    static func words(_ arguments: Arguments) -> [String] {
        func option(_ key: any OptionKey, _ values: [String]) -> [String] {
            values.isEmpty ? [] : [key.syntax.name] + values.map(Quoting.word)
        }
        return switches.filter { arguments[$0.on] }.map(\.on.syntax.name)
            + option(inRole, arguments[inRole].map(\.text))
            + option(connectionLimit, arguments[connectionLimit].map { [String($0)] } ?? [])
            + option(validUntil, arguments[validUntil].map { [$0.text] } ?? [])
            + option(grantNodes, arguments[grantNodes].map(\.text))
    }

    static func roles(_ arguments: [Argument]) throws(MultiNodeError) -> [RoleName] {
        try arguments.map { argument throws(MultiNodeError) in try RoleName(argument.text) }
    }

    /// The data nodes that `--grant-nodes` lets a role use.
    ///
    /// - Parameter nodes: those of the cluster.
    static func grantedNodes(_ arguments: Arguments, among nodes: [DataNode]) throws(Diagnostic) -> [String] {
        guard arguments.has(grantNodes) else { return [] }
        return try NodeSelection(arguments, among: nodes).list(arguments[grantNodes]).map(\.name)
    }
}
