/// A decimal number of any length, compared exactly: PostgreSQL's numeric has more digits than a Double holds.
struct DecimalNumber: Sendable, Comparable {
    /// 0.DIGITS × 10^exponent, without zeros at either end; none for zero.
    private let digits: [UInt8]
    private let exponent: Int
    private let isNegative: Bool

    var isZero: Bool { digits.isEmpty }

    init(_ number: Int64) {
        self.init(digits: Array(String(number.magnitude).utf8), fraction: 0, exponent: 0, isNegative: number < 0)
    }

    /// - Parameter text: digits, with a sign, a point and an exponent where there are such: `-1.5e+20`.
    init?(_ text: String) {
        var rest = text.utf8[...]
        let sign = rest.first.flatMap { "+-".utf8.contains($0) ? $0 : nil }
        if sign != nil { rest.removeFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest[whole.endIndex...]
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest[fraction.endIndex...]
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = 0
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            // More than a numeric has (PostgreSQL manual, 8.1).
            guard let power = Int(Substring(rest.dropFirst())), abs(power) < 1_000_000 else { return nil }
            (exponent, rest) = (power, rest.suffix(0))
        }
        guard rest.isEmpty else { return nil }
        self.init(
            digits: Array(whole) + fraction, fraction: fraction.count, exponent: exponent,
            isNegative: sign == UInt8(ascii: "-"))
    }

    /// - Parameter fraction: how many of the digits stand behind the point.
    private init(digits: [UInt8], fraction: Int, exponent: Int, isNegative: Bool) {
        let zero = UInt8(ascii: "0")
        let leading = digits.prefix { $0 == zero }.count
        let significant = digits.dropFirst(leading).reversed().drop { $0 == zero }.reversed()
        self.digits = Array(significant)
        self.exponent = self.digits.isEmpty ? 0 : digits.count - leading - fraction + exponent
        self.isNegative = isNegative && !self.digits.isEmpty
    }

    static func < (_ left: DecimalNumber, _ right: DecimalNumber) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative
            ? left.isSmaller(than: right, swapped: true) : left.isSmaller(than: right, swapped: false)
    }

    /// Whether it is less without its sign; where `swapped`, whether it is more.
    private func isSmaller(than other: DecimalNumber, swapped: Bool) -> Bool {
        let (first, second) = swapped ? (other, self) : (self, other)
        if first.isZero || second.isZero { return first.isZero && !second.isZero }
        if first.exponent != second.exponent { return first.exponent < second.exponent }
        return first.digits.lexicographicallyPrecedes(second.digits)
    }
}
