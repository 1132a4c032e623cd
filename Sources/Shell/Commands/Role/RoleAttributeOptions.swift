import ClusterAccess
import CommandLanguage
import MultiNode

/// The options that give a role its attributes, and, where it is altered, take them away.
enum RoleAttributeOptions {
    /// An attribute that a role has or has not.
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

    /// What a role is made with.
    static let giving: [any OptionKey] = switches.map(\.on) + [inRole, connectionLimit, validUntil]

    /// What can be changed of one that is there.
    static let changing: [any OptionKey] =
        switches.flatMap { [$0.on, $0.off] } + [inRoleToo, notInRole, connectionLimit, validUntil]

    /// - Throws: when an attribute is given and taken away at once.
    static func check(_ arguments: Arguments) throws(Diagnostic) {
        for flag in switches {
            guard arguments[flag.on], let other = arguments.invocation.option(flag.off) else { continue }
            throw Diagnostic(
                "\(flag.on.name) and \(flag.off.name) exclude each other", at: other.span,
                in: arguments.invocation.source)
        }
    }

    /// What is not named is left to PostgreSQL's defaults, or as it is.
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

    static func roles(_ arguments: [Argument]) throws(MultiNodeError) -> [RoleName] {
        try arguments.map { argument throws(MultiNodeError) in try RoleName(argument.text) }
    }

    /// The data nodes that a role is to be let use, by `--grant-nodes`.
    static func grantedNodes(_ arguments: Arguments, _ context: CommandContext) async throws -> [String] {
        guard arguments.has(grantNodes) else { return [] }
        return try await context.nodes(in: arguments[grantNodes], of: arguments).map(\.name)
    }
}
