/// One value of a result, in the types that the output formats distinguish.
package enum Value: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int64)
    /// A `numeric` or a float, digit for digit as the server wrote it, so that no format rounds it.
    case number(String)
    case bool(Bool)
    /// A `json` or `jsonb`.
    case json(String)
    case array([Value])
}

extension Value {
    /// The value as text: null as nothing, as in psql, arrays as PostgreSQL writes them.
    package var text: String {
        switch self {
        case .null: ""
        case .text(let text), .number(let text), .json(let text): text
        case .integer(let integer): String(integer)
        case .bool(let bool): bool ? "true" : "false"
        case .array(let elements): Self.arrayLiteral(elements)
        }
    }

    /// The value as a terminal shows it to people: the same, with words for booleans.
    package var words: String {
        guard case .bool(let bool) = self else { return text }
        return bool ? "yes" : "no"
    }

    /// The value in JSON. NaN and the infinities become strings, because JSON has no such numbers.
    package var json: JSON {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .bool(let bool): .bool(bool)
        case .json(let text): .written(text)
        case .array(let elements): .array(elements.map(\.json))
        }
    }
}
