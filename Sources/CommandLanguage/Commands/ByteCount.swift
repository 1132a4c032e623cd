/// Formats a size as PostgreSQL's `pg_size_pretty` does.
package enum ByteCount {
    private static let units = ["B", "kB", "MB", "GB", "TB", "PB"]

    package static func text(_ bytes: Int64) -> String {
        // As in PostgreSQL, a larger unit is used when the number would need five digits.
        var number = bytes
        var unit = "bytes"
        for larger in units.dropFirst() {
            guard number >= 10 * 1024 else { break }
            number = number / 1024 + number / 512 % 2
            unit = larger
        }
        return "\(number) \(unit)"
    }
}

extension ByteCount {
    /// The size that a text names, in bytes or one of PostgreSQL's units, whose multiples are of 1024; nil if it names none.
    package static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        let unit = text.dropFirst(digits.count).lowercased()
        guard let power = unit.isEmpty ? 0 : units.firstIndex(where: { $0.lowercased() == unit }) else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: 1 << (10 * Int64(power)))
        return isTooLarge ? nil : bytes
    }
}
