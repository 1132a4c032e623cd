/// Formats a size as PostgreSQL's `pg_size_pretty` does.
package enum ByteCount {
    package static func text(_ bytes: Int64) -> String {
        // As in PostgreSQL, a larger unit is used when the number would need five digits.
        var number = bytes
        var unit = "bytes"
        for larger in ["kB", "MB", "GB", "TB", "PB"] {
            guard number >= 10 * 1024 else { break }
            number = number / 1024 + number / 512 % 2
            unit = larger
        }
        return "\(number) \(unit)"
    }
}
