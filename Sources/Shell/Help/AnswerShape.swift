import Rendering

/// What a value of an answer in JSON is; any may be null.
indirect enum AnswerShape: Sendable {
    case boolean, integer, number, string
    case list(AnswerShape)
    case object([(name: String, shape: AnswerShape)])

    /// As JSON Schema has it.
    var schema: JSON {
        switch self {
        case .boolean: Self.type("boolean")
        case .integer: Self.type("integer")
        case .number: Self.type("number")
        case .string: Self.type("string")
        case .list(let items): Self.type("array", [JSON.Member("items", items.schema)])
        case .object(let fields):
            Self.type(
                "object",
                [
                    JSON.Member("required", .array(fields.map { .string($0.name) })),
                    JSON.Member("properties", .object(fields.map { JSON.Member($0.name, $0.shape.schema) })),
                ])
        }
    }

    private static func type(_ name: String, _ members: [JSON.Member] = []) -> JSON {
        .object([JSON.Member("type", .array([.string(name), .string("null")]))] + members)
    }
}
