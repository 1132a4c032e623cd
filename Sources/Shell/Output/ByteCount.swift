/// A size as `pg_size_pretty` of PostgreSQL writes it.
package enum ByteCount {
    package static func text(_ bytes: Int64) -> String {
        // A unit begins where the one before would need five digits, as PostgreSQL has it.
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
