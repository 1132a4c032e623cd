/// One value of a result, in the types that the output formats distinguish.
package enum Value: Sendable, Equatable {
    case null
    case text(String)
    case integer(Int64)
    /// A `numeric` or a float, digit for digit as the server wrote it, so that no format rounds it.
    case number(String)
    case bool(Bool)
    case array([Value])
}

extension Value {
    /// The value as a table shows it: null as nothing, as in psql, booleans as yes and no, arrays as PostgreSQL does.
    package var text: String {
        switch self {
        case .null: ""
        case .text(let text), .number(let text): text
        case .integer(let integer): String(integer)
        case .bool(let bool): bool ? "yes" : "no"
        case .array(let elements): Self.arrayLiteral(elements)
        }
    }

    /// The value in JSON. NaN and the infinities become strings, because JSON has no such numbers.
    package var json: JSON {
        switch self {
        case .null: .null
        case .text(let text): .string(text)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .bool(let bool): .bool(bool)
        case .array(let elements): .array(elements.map(\.json))
        }
    }
}
