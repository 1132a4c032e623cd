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
