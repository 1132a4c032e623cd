/// A JSON value whose objects keep the order of their members; RFC 8259.
package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number, digit for digit. Text that is not a JSON number, such as `NaN`, is written as a string.
    case number(String)
    case string(String)
    /// A text that is JSON already, such as a jsonb of a server.
    case written(String)
    case array([JSON])
    /// The caller makes sure that no key occurs twice.
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
