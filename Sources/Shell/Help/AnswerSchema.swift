import CommandLanguage
import Rendering

/// What commands answer in JSON, as a JSON Schema (draft 2020-12), made from the table of commands.
enum AnswerSchema {
    /// Rows that have always the same columns.
    private struct Rows {
        /// What returns them.
        let title: String
        /// Nil for any.
        let command: String?
        let columns: [Table.Column]
    }

    /// Commands, and `--dry-run`, with their columns, and what the values in them are.
    private static func rows(_ types: [any Command.Type]) -> [Rows] {
        let all = types.flatMap { type in
            let name = type.syntax.name
            return [
                Rows(title: name, command: name, columns: type.columns),
                Rows(title: "\(name) --dry-run", command: name, columns: type.previewColumns),
            ]
        }
        return all.filter { !$0.columns.isEmpty }
            + [Rows(title: "--dry-run of all other commands", command: nil, columns: Table.planColumns)]
    }

    static func text(_ types: [any Command.Type]) -> String {
        let steps = types.filter { !$0.stepColumns.isEmpty }.map { stepCondition($0.syntax.name, $0.stepColumns) }
        let members: [JSON.Member] = [
            JSON.Member("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            JSON.Member("title", .string("An object of tscl --format json")),
            JSON.Member(
                "description",
                .string(
                    "The answer of a command; before it, of one that works step by step, an object with the field step for "
                        + "each step as it ends. Rows have the columns of their command, without --columns; any value in "
                        + "them may be null.")),
            JSON.Member("type", .string("object")),
            JSON.Member("oneOf", .array([required(always), required(["v", "command", "step"])])),
            JSON.Member("properties", .object(fields)),
            JSON.Member("allOf", .array(rows(types).map(condition) + steps)),
        ]
        return JSON.object(members).text
    }

    private static func required(_ names: [String]) -> JSON {
        .object([JSON.Member("required", .array(names.map { .string($0) }))])
    }

    /// If it is this answer, then its rows are of these columns.
    private static func condition(_ rows: Rows) -> JSON {
        let items = rows.columns.map { column -> JSON in
            .object([JSON.Member("title", .string(column.name))] + members(of: column.kind))
        }
        let names = JSON.array(rows.columns.map { .string($0.name) })
        let command = rows.command.map { [property("command", [JSON.Member("const", .string($0))])] } ?? []
        return .object([
            JSON.Member("title", .string(rows.title)),
            JSON.Member("if", properties(command + [property("columns", [JSON.Member("const", names)])])),
            JSON.Member(
                "then",
                properties([
                    property("rows", [JSON.Member("items", .object([JSON.Member("prefixItems", .array(items))]))])
                ])),
        ])
    }

    /// If it is a step of this command, then it has these fields.
    private static func stepCondition(_ command: String, _ columns: [Table.Column]) -> JSON {
        let step = JSON.Member(
            "properties", .object(columns.map { JSON.Member($0.name, .object(members(of: $0.kind))) }))
        return .object([
            JSON.Member("title", .string("a step of \(command)")),
            JSON.Member("if", properties([property("command", [JSON.Member("const", .string(command))])])),
            JSON.Member("then", properties([property("step", [step])])),
        ])
    }

    private static func members(of kind: Table.Column.Kind) -> [JSON.Member] {
        kind == .any ? [] : [JSON.Member("type", .array([.string(kind.rawValue), .string("null")]))]
    }

    private static func property(_ name: String, _ schema: [JSON.Member]) -> JSON.Member {
        JSON.Member(name, .object(schema))
    }

    private static func properties(_ members: [JSON.Member]) -> JSON {
        .object([JSON.Member("properties", .object(members))])
    }

    // MARK: The object

    /// The fields of every answer.
    private static let always = ["v", "command", "columns", "rows", "ok", "changed", "nodes"]

    private static let fields: [JSON.Member] = [
        JSON.Member("v", .object([JSON.Member("const", .integer(1))])),
        JSON.Member("command", type("string", "null")),
        JSON.Member("columns", array(of: type("string"))),
        JSON.Member("rows", array(of: type("array"))),
        JSON.Member("ok", type("boolean")),
        JSON.Member("changed", type("boolean")),
        JSON.Member("nodes", array(of: object(like: NodeOutcome("", ok: true).json))),
        JSON.Member("messages", array(of: type("string"))),
        JSON.Member("notes", array(of: type("string"))),
        JSON.Member("failures", array(of: object(like: Failure("").json))),
        JSON.Member("cluster", StatusFacts.shape.schema),
        JSON.Member("estimate", WorkEstimate.shape.schema),
        JSON.Member("losses", NodeLoss.shape.schema),
        JSON.Member("remnants", NodeRemnants.shape.schema),
        JSON.Member("error", object(like: Failure("").json)),
        JSON.Member("step", type("object")),
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
