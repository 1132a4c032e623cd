import CommandLanguage
import MultiNode

/// The options that give a role its attributes, and, where it is altered, take them away.
enum RoleAttributeOptions {
    private static let flags:
        [(name: String, summary: String, attribute: any WritableKeyPath<RoleAttributes, Bool?> & Sendable)] = [
            ("login", "It may log in; on data nodes every role may", \.login),
            ("superuser", "It may do everything", \.superuser),
            ("createdb", "It may create databases", \.createDatabase),
            ("createrole", "It may create roles", \.createRole),
            ("replication", "It may replicate", \.replication),
        ]

    /// What a role is made with.
    static let giving: [OptionSyntax] =
        flags.map { OptionSyntax("--\($0.name)", $0.summary) } + [
            OptionSyntax("--in-role", "ROLE", .role, variadic: true, "It becomes a member of these roles")
        ] + values

    /// What can be changed of one that is there.
    static let changing: [OptionSyntax] =
        flags.flatMap {
            [
                OptionSyntax("--\($0.name)", $0.summary),
                OptionSyntax("--no-\($0.name)", "Take that away"),
            ]
        } + [
            OptionSyntax("--in-role", "ROLE", .role, variadic: true, "It becomes a member of these roles too"),
            OptionSyntax("--not-in-role", "ROLE", .role, variadic: true, "It is no longer a member of these roles"),
        ] + values

    private static let values = [
        OptionSyntax("--connection-limit", "N", .integer(-1...1_000_000), "How many connections it may have; -1: any"),
        OptionSyntax("--valid-until", "TIME", .text, "When its password ends; 'infinity' is never"),
    ]

    /// - Throws: when an attribute is given and taken away at once.
    static func check(_ arguments: Arguments) throws(Diagnostic) {
        for flag in flags {
            let (on, off) = ("--\(flag.name)", "--no-\(flag.name)")
            guard arguments.invocation.option(on) != nil, let other = arguments.invocation.option(off) else { continue }
            throw Diagnostic("\(on) and \(off) exclude each other", at: other.span, in: arguments.invocation.source)
        }
    }

    /// What is not named is left to PostgreSQL's defaults, or as it is.
    static func attributes(_ arguments: Arguments) -> RoleAttributes {
        var attributes = RoleAttributes()
        for flag in flags {
            if arguments.has("--\(flag.name)") { attributes[keyPath: flag.attribute] = true }
            if arguments.invocation.option("--no-\(flag.name)") != nil { attributes[keyPath: flag.attribute] = false }
        }
        attributes.connectionLimit = arguments.integer("--connection-limit")
        attributes.validUntil = arguments.value("--valid-until")?.text
        return attributes
    }

    static func roles(_ option: String, of arguments: Arguments) throws(Failure) -> [RoleName] {
        try arguments.values(option).map { argument throws(Failure) in try Name.role(argument.text) }
    }

    /// The data nodes that a role is to be let use, by `--grant-nodes`.
    static func grantedNodes(_ arguments: Arguments, in session: isolated Session) async throws(Failure) -> [String] {
        guard arguments.has("--grant-nodes") else { return [] }
        return try await session.nodes(on: "--grant-nodes", of: arguments).map(\.name)
    }
}
