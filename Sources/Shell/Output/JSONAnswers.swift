import Rendering

extension NodeOutcome {
    var json: JSON {
        .object([
            JSON.Member("node", .string(node)), JSON.Member("ok", .bool(ok)), JSON.Member("sqlstate", JSON(sqlstate)),
            JSON.Member("message", JSON(message)),
            JSON.Member("ms", milliseconds.map { .number(JSON.rounded($0)) } ?? .null),
        ])
    }
}

extension JSON {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// A number with one decimal.
    static func rounded(_ number: Double) -> String { String((number * 10).rounded() / 10) }
}
