/// What is compared by its size: a number, bytes (`10GB`) or a time (`5m`).
package struct Quantity: Sendable {
    package enum Kind: Sendable { case number, bytes, time }

    package let kind: Kind
    /// Bytes in bytes, a time in microseconds.
    private let value: DecimalNumber

    /// - Parameter text: digits with a point or an exponent as PostgreSQL prints them, `ByteCount`'s units, a duration, or an
    ///   interval as PostgreSQL prints it.
    package init?(written text: String) {
        if let number = DecimalNumber(text) {
            (kind, value) = (.number, number)
        } else if let bytes = ByteCount.bytes(text) ?? Self.prettyBytes(text) {
            (kind, value) = (.bytes, DecimalNumber(bytes))
        } else if let time = Duration(written: text) ?? Duration(interval: text) {
            let (seconds, attoseconds) = time.components
            (kind, value) = (.time, DecimalNumber(seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
        } else {
            return nil
        }
    }

    /// `10 GB`, as PostgreSQL shows sizes.
    private static func prettyBytes(_ text: String) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        return ByteCount.bytes(parts[1] == "bytes" ? String(parts[0]) : parts.joined())
    }

    /// Whether the two can be compared: a number is bytes beside bytes, and 0 is anything.
    package func fits(_ other: Quantity) -> Bool {
        switch (kind, other.kind) {
        case (.number, .number), (.bytes, .bytes), (.time, .time), (.number, .bytes), (.bytes, .number): true
        case (.number, .time): value.isZero
        case (.time, .number): other.value.isZero
        case (.bytes, .time), (.time, .bytes): false
        }
    }

    fileprivate func isLess(than other: Quantity) -> Bool {
        value < other.value
    }

    /// What it is, as a message says it.
    var kindName: String {
        switch kind {
        case .number: "a number"
        case .bytes: "bytes"
        case .time: "a time"
        }
    }
}

/// The signs that compare two quantities.
package enum Comparison: String, CaseIterable, Sendable {
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="

    package func holds(_ left: Quantity, _ right: Quantity) -> Bool {
        switch self {
        case .less: left.isLess(than: right)
        case .atMost: !right.isLess(than: left)
        case .greater: right.isLess(than: left)
        case .atLeast: !left.isLess(than: right)
        }
    }

    /// Why two texts can't be compared; nil where they can.
    package static func problem(_ left: String, _ right: String) -> String? {
        guard let first = Quantity(written: left), let second = Quantity(written: right), !first.fits(second) else {
            return nil
        }
        return "\(left) is \(first.kindName) and \(right) \(second.kindName)"
    }
}
