import CommandLanguage
import Rendering

/// What commands answer in JSON, as a JSON Schema (draft 2020-12), made from the table of commands.
enum AnswerSchema {
    /// The columns of each command that always has the same: the command, the column, and what its values are.
    static func columns(_ types: [any Command.Type]) -> [(command: String, columns: [Table.Column])] {
        types.map { ($0.syntax.name, $0.columns) }.filter { !$0.columns.isEmpty }
    }

    static func text(_ types: [any Command.Type]) -> String {
        let members: [JSON.Member] = [
            JSON.Member("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            JSON.Member("title", .string("An answer of tscl --format json")),
            JSON.Member(
                "description",
                .string("Rows have the columns of their command, without --columns; any value in them may be null.")),
            JSON.Member("type", .string("object")),
            JSON.Member(
                "required",
                .array(fields.filter { !["messages", "cluster", "error"].contains($0.key) }.map { .string($0.key) })),
            JSON.Member("properties", .object(fields)),
            JSON.Member("allOf", .array(columns(types).map(condition))),
        ]
        return JSON.object(members).text
    }

    /// If it is this command's answer, then its rows are of these columns.
    private static func condition(_ command: String, _ columns: [Table.Column]) -> JSON {
        let items = columns.map { column -> JSON in
            .object([JSON.Member("title", .string(column.name))] + members(of: column.kind))
        }
        return .object([
            JSON.Member("if", properties("command", [JSON.Member("const", .string(command))])),
            JSON.Member(
                "then",
                properties("rows", [JSON.Member("items", .object([JSON.Member("prefixItems", .array(items))]))])),
        ])
    }

    private static func members(of kind: Table.Column.Kind) -> [JSON.Member] {
        kind == .any ? [] : [JSON.Member("type", .array([.string(kind.rawValue), .string("null")]))]
    }

    private static func properties(_ name: String, _ schema: [JSON.Member]) -> JSON {
        .object([JSON.Member("properties", .object([JSON.Member(name, .object(schema))]))])
    }

    // MARK: The object

    private static let fields: [JSON.Member] = [
        JSON.Member("v", .object([JSON.Member("const", .integer(1))])),
        JSON.Member("command", type("string", "null")),
        JSON.Member("columns", array(of: type("string"))),
        JSON.Member("rows", array(of: type("array"))),
        JSON.Member("ok", type("boolean")),
        JSON.Member("changed", type("boolean")),
        JSON.Member("nodes", array(of: object(like: NodeOutcome("", ok: true).json))),
        JSON.Member("messages", array(of: type("string"))),
        JSON.Member("cluster", StatusFacts.shape.schema),
        JSON.Member("error", object(like: Failure("").json)),
    ]

    private static func type(_ names: String...) -> JSON {
        let names = names.map { JSON.string($0) }
        return .object([JSON.Member("type", names.count == 1 ? names[0] : .array(names))])
    }

    private static func array(of items: JSON) -> JSON {
        .object([JSON.Member("type", .string("array")), JSON.Member("items", items)])
    }

    /// An object with the fields of an example.
    private static func object(like example: JSON) -> JSON {
        guard case .object(let members) = example else { return .null }
        let properties = members.map { member -> JSON.Member in
            switch (member.key, member.value) {
            case (_, .bool): JSON.Member(member.key, type("boolean"))
            case (_, .string): JSON.Member(member.key, type("string"))
            case ("ms", _): JSON.Member(member.key, type("number", "null"))
            case ("line", _), ("column", _): JSON.Member(member.key, type("integer", "null"))
            default: JSON.Member(member.key, type("string", "null"))
            }
        }
        return .object([
            JSON.Member("type", .string("object")),
            JSON.Member("required", .array(members.map { .string($0.key) })),
            JSON.Member("properties", .object(properties)),
        ])
    }
}
