/// A JSON value whose objects keep the order of their members; RFC 8259.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number, digit for digit. What is no number in JSON, such as `NaN`, is written as a string.
    case number(String)
    case string(String)
    case array([JSON])
    /// The caller sees to it that no key comes twice.
    case object([Member])

    package struct Member: Sendable, Equatable {
        package var key: String
        package var value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}

extension Table {
    /// The members `columns`, the names, and `rows`, an array of values for each, that a command's JSON line has.
    package var jsonMembers: [JSON.Member] {
        let rows = rows.map { row in
            JSON.array(columns.indices.map { $0 < row.count ? row[$0].json : .null })
        }
        return [
            JSON.Member("columns", .array(columns.map { .string($0.name) })),
            JSON.Member("rows", .array(rows)),
        ]
    }
}
